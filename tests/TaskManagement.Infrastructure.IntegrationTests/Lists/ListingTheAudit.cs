using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Audit;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Lists;

/// <summary>Who did what to which resource, and when.</summary>
public abstract class ListingTheAudit(DatabaseKind database) : DatabaseTest(database)
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Everything_that_was_done_or_refused_is_told_of_with_who_did_it_the_last_first()
    {
        await using var host = await StartWithClockAsync();
        var id = (await host.SendAsync(new CreateTask("Task"), new TestCall { Actor = new("user:ann"), CorrelationId = "conversation", Address = "192.0.2.17" })).Id;
        await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new CompleteTask(new(id)), new TestCall { Actor = new("user:ben"), Address = "2001:db8::17" }));
        await host.NumberEventsAsync();

        var entries = (await host.SendAsync(new ListAudit())).Items;

        Assert.Equal(["command.failed", "task.created"], entries.Select(entry => entry.Action));
        var created = entries[1];
        Assert.Equal(("task", id, "user:ann", "conversation", _clock.Now), (created.ResourceType, created.ResourceId, created.Actor, created.CorrelationId, created.At));
        Assert.Equal(["2001:db8::17", "192.0.2.17"], entries.Select(entry => entry.Address));
        Assert.Equal("Task", created.Details.GetProperty("title").GetString());
        Assert.Equal(("user:ben", "task.transition_not_allowed"), (entries[0].Actor, entries[0].Details.GetProperty("code").GetString()));
        Assert.Equal(entries[0].ResourceId, entries[0].CausationId);
    }

    [Fact]
    public async Task Filters_choose_entries_alone_and_together_and_pages_show_each_once()
    {
        await using var host = await StartWithClockAsync();
        var ann = new TestCall { Actor = new("user:ann"), Address = "2001:db8::17" };
        var ben = new TestCall { Actor = new("user:ben"), Address = "192.0.2.17" };
        var one = new TaskId((await host.SendAsync(new CreateTask("One"), ann)).Id);
        _clock.Now += TimeSpan.FromHours(3);
        var other = new TaskId((await host.SendAsync(new CreateTask("Other"), ben)).Id);
        await host.SendAsync(new StartTask(one), ben);
        _clock.Now += TimeSpan.FromHours(3);
        await host.SendAsync(new CompleteTask(one), ann);
        await host.CreateProjectAsync();
        await host.NumberEventsAsync();
        var begin = TestHostSteps.Stamp.At;

        await ShowsAsync(new(), "project.created", "task.completed", "task.status_changed", "task.status_changed", "task.created", "task.created");
        await ShowsAsync(new() { Actor = "user:ann" }, "task.completed", "task.status_changed", "task.created");
        await ShowsAsync(new() { Actor = "user:ann", Action = ["task.created", "task.completed"] }, "task.completed", "task.created");
        await ShowsAsync(new() { Actor = "user:nobody" });
        await ShowsAsync(new() { Address = "192.0.2.17" }, "task.status_changed", "task.created");
        await ShowsAsync(new() { Address = "2001:0DB8::0:17", Action = ["task.created"] }, "task.created");
        await ShowsAsync(new() { Address = "192.0.2.17", Actor = "user:ann" });
        await ShowsAsync(new() { Address = "192.0.2.1" });
        await ShowsAsync(new() { Action = ["task.created", "project.*"] }, "project.created", "task.created", "task.created");
        await ShowsAsync(new() { Resource = "project" }, "project.created");
        await ShowsAsync(new() { Resource = "task", Action = ["project.created"] });
        await ShowsAsync(new() { Resource = $"task/{other}" }, "task.created");
        await ShowsAsync(new() { Resource = $"project/{other}" });
        await ShowsAsync(new() { Resource = $"task/{one}", Actor = "user:ben" }, "task.status_changed");
        await ShowsAsync(new() { From = begin.AddHours(3), To = begin.AddHours(6) }, "task.status_changed", "task.created");
        await ShowsAsync(new() { From = begin.AddHours(6) }, "project.created", "task.completed", "task.status_changed");
        await ShowsAsync(new() { To = begin.AddHours(3) }, "task.created");
        await ShowsAsync(new() { To = begin });
        await ShowsAsync(new() { From = begin.AddHours(7) });
        await ShowsAsync(new() { From = begin.AddHours(3), Resource = "task", Action = ["task.status_changed"] }, "task.status_changed", "task.status_changed");

        async Task ShowsAsync(ListAudit filter, params string[] actions)
        {
            List<string> paged = [];
            var page = filter with { Limit = 1 };
            do
            {
                var answer = await host.SendAsync(page);
                paged.AddRange(answer.Items.Select(entry => entry.Action));
                page = page with { Cursor = answer.NextCursor };
            }
            while (page.Cursor is not null);

            Assert.Equal(actions, paged);
            Assert.Equal(actions, (await host.SendAsync(filter)).Items.Select(entry => entry.Action));
            Assert.Equal(actions, await ExportAsync(host, filter).Select(entry => entry.Action).ToListAsync());
        }
    }

    [Fact]
    public async Task Times_are_exact_though_events_are_committed_in_another_order_than_they_happened()
    {
        await using var host = await StartAsync();
        var begin = TestHostSteps.Stamp.At;
        var minutes = Enumerable.Range(0, 120).Select(i => (i * 37 % 50) + i * 5).ToArray();
        foreach (var minute in minutes)
            await host.AppendAsync("task", "task.teleported", begin.AddMinutes(minute), actor: $"user:{minute}");
        await host.NumberEventsAsync();

        foreach (var (from, to) in new[] { (0, 10), (45, 60), (300, 301), (299, 420), (600, 900) })
        {
            var entries = (await host.SendAsync(new ListAudit { From = begin.AddMinutes(from), To = begin.AddMinutes(to), Limit = 200 })).Items;

            Assert.Equal(minutes.Where(minute => minute >= from && minute < to).Select(minute => $"user:{minute}").Reverse(), entries.Select(entry => entry.Actor));
        }
    }

    [Fact]
    public async Task An_export_has_all_that_was_there_when_it_began_and_nothing_of_what_came_later()
    {
        await using var host = await StartAsync();
        await host.FillLogAsync(events: 1000);
        await host.InScopeAsync(async services =>
        {
            var open = await services.GetRequiredService<ISender>().Send(new ExportAudit());
            var actions = new List<string>();
            await foreach (var entry in open.Entries)
            {
                if (actions.Count == 0)
                {
                    await host.CreateTaskAsync("Later");
                    await host.NumberEventsAsync();
                }

                actions.Add(entry.Action);
            }

            Assert.Equal(Enumerable.Repeat("task.common", 1000), actions);
        });
    }

    [Fact]
    public async Task What_handlers_do_after_the_commit_comes_from_no_address()
    {
        await using var host = await StartAsync();
        await host.SendAsync(new CreateTask("Task"), new TestCall { Address = "192.0.2.17" });
        await host.InScopeAsync(async services =>
        {
            services.GetRequiredService<CommandScope>().ServeHandler(Guid.CreateVersion7(), 0, "conversation", new("system:handler"));
            await services.GetRequiredService<ISender>().Send(new CreateTask("Another"));
        });

        Assert.Equal(["192.0.2.17", null], (await host.EventsAsync()).Select(record => record.Address));
    }

    [Fact]
    public async Task The_addresses_of_an_actor_are_erased_with_the_command_that_does_it_and_nothing_else_is()
    {
        var isBroken = true;
        await using var host = await StartAsync(services => services.On<TaskDeleted>(async (_, scope) =>
        {
            Assert.Equal(1, await scope.GetRequiredService<IEventLogErasure>().EraseAddressesAsync(new("user:ann"), default));
            if (isBroken)
                throw new TimeoutException();
        }));
        var ann = new TestCall { Actor = new("user:ann"), Address = "192.0.2.17" };
        var task = new TaskId((await host.SendAsync(new CreateTask("Of Ann"), ann)).Id);
        await host.SendAsync(new CreateTask("Of Ben"), new TestCall { Actor = new("user:ben"), Address = "192.0.2.18" });
        var before = await host.EventsAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(new DeleteTask(task), ann));
        Assert.Equal(["192.0.2.17", "192.0.2.18"], (await host.EventsAsync()).Select(record => record.Address));
        isBroken = false;
        await host.SendAsync(new DeleteTask(task), ann);

        var after = await host.EventsAsync();
        // The event that the command raised itself comes without an address too.
        Assert.Equal([null, "192.0.2.18", null], after.Select(record => record.Address));
        Assert.Equal(before.Select(Rest), after.Take(2).Select(Rest));
        await host.AssertLogIsCompleteAsync();

        static (Guid, string, ActorId, DateTimeOffset) Rest(EventRecord record) => (record.EventId, record.Payload, record.Actor, record.OccurredAt);
    }

    [Fact]
    public async Task Addresses_are_erased_within_a_transaction_only()
    {
        await using var host = await StartAsync();

        await host.InScopeAsync(services => Assert.ThrowsAsync<InvalidOperationException>(
            () => services.GetRequiredService<IEventLogErasure>().EraseAddressesAsync(new("user:ann"), default)));
    }

    [Theory]
    [InlineData("address", "address.malformed")]
    [InlineData("actor", "actor.malformed")]
    [InlineData("action", "type.unknown")]
    [InlineData("resource", "resource.malformed")]
    [InlineData("cursor", "cursor.malformed")]
    public async Task What_makes_no_sense_is_refused_by_the_name_of_its_parameter(string parameter, string code)
    {
        await using var host = await StartAsync();
        var query = parameter switch
        {
            "actor" => new() { Actor = "" },
            "address" => new() { Address = "192.0.2" },
            "action" => new() { Action = ["task.complted"] },
            "resource" => new() { Resource = "task/42" },
            _ => new ListAudit { Cursor = "nonsense" },
        };

        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(query));

        Assert.Equal((parameter, code), (Assert.Single(refusal.Errors).Parameter, refusal.Errors[0].Code));
    }

    private static async IAsyncEnumerable<AuditEntryDto> ExportAsync(TestHost host, ListAudit filter)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var open = await scope.ServiceProvider.GetRequiredService<ISender>().Send(new ExportAudit
        {
            Actor = filter.Actor,
            Action = filter.Action,
            Resource = filter.Resource,
            Address = filter.Address,
            From = filter.From,
            To = filter.To,
        });
        await foreach (var entry in open.Entries)
            yield return entry;
    }

    private Task<TestHost> StartWithClockAsync() => StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}

public sealed class ListingTheAuditOnSqlite() : ListingTheAudit(DatabaseKind.Sqlite);

public sealed class ListingTheAuditOnPostgreSql() : ListingTheAudit(DatabaseKind.PostgreSql);

public sealed class ListingTheAuditOnSqlServer() : ListingTheAudit(DatabaseKind.SqlServer);

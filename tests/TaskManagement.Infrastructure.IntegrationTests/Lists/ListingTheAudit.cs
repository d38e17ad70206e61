using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Audit;
using TaskManagement.Application.Common;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
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
        var id = (await host.SendAsync(new CreateTask("Task"), new TestCall { Actor = new("user:ann"), CorrelationId = "conversation" })).Id;
        await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new CompleteTask(new(id)), new TestCall { Actor = new("user:ben") }));
        await host.NumberEventsAsync();

        var entries = (await host.SendAsync(new ListAudit())).Items;

        Assert.Equal(["command.failed", "task.created"], entries.Select(entry => entry.Action));
        var created = entries[1];
        Assert.Equal(("task", id, "user:ann", "conversation", _clock.Now), (created.ResourceType, created.ResourceId, created.Actor, created.CorrelationId, created.At));
        Assert.Equal("Task", created.Details.GetProperty("title").GetString());
        Assert.Equal(("user:ben", "task.transition_not_allowed"), (entries[0].Actor, entries[0].Details.GetProperty("code").GetString()));
        Assert.Equal(entries[0].ResourceId, entries[0].CausationId);
    }

    [Fact]
    public async Task Filters_choose_entries_alone_and_together_and_pages_show_each_once()
    {
        await using var host = await StartWithClockAsync();
        var (ann, ben) = (new TestCall { Actor = new("user:ann") }, new TestCall { Actor = new("user:ben") });
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

    [Theory]
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
            "action" => new() { Action = ["task.complted"] },
            "resource" => new() { Resource = "task/42" },
            _ => new ListAudit { Cursor = "nonsense" },
        };

        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(query));

        Assert.Equal((parameter, code), (Assert.Single(refusal.Errors).Parameter, refusal.Errors[0].Code));
    }

    private Task<TestHost> StartWithClockAsync() => StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}

public sealed class ListingTheAuditOnSqlite() : ListingTheAudit(DatabaseKind.Sqlite);

public sealed class ListingTheAuditOnPostgreSql() : ListingTheAudit(DatabaseKind.PostgreSql);

public sealed class ListingTheAuditOnSqlServer() : ListingTheAudit(DatabaseKind.SqlServer);

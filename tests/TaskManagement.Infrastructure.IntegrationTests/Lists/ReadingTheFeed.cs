using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Events;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Lists;

/// <summary>The feed: all events, in the order of commit.</summary>
public abstract class ReadingTheFeed(DatabaseKind database) : DatabaseTest(database)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(200)]
    public async Task Whoever_goes_on_with_the_cursor_of_each_page_gets_every_event_once_and_what_comes_later_too(int limit)
    {
        await using var host = await StartAsync();
        await WorkAsync(host);

        var (first, cursor) = await ReadOnAsync(host, new() { Limit = limit });
        Assert.Equal((await host.EventsAsync()).Select(record => record.EventId), first.Select(logged => logged.EventId));
        Assert.Equal(first.Select(logged => logged.Position).Order(), first.Select(logged => logged.Position));

        var (nothing, same) = await ReadOnAsync(host, new() { Limit = limit, After = cursor });
        Assert.Empty(nothing);
        Assert.Equal(cursor, same);

        await WorkAsync(host);
        var (later, _) = await ReadOnAsync(host, new() { Limit = limit, After = cursor });
        Assert.Equal((await host.EventsAsync()).Skip(first.Count).Select(record => record.EventId), later.Select(logged => logged.EventId));
    }

    [Fact]
    public async Task While_others_commit_none_is_skipped_and_none_is_repeated()
    {
        const int writers = 4, tasks = 25;
        await using var host = await StartAsync();
        await host.StartDeliveryAsync();
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < tasks; i++)
                await host.CreateTaskAsync($"Task {i}");
        })));

        List<Guid> seen = [];
        var filter = new ListEvents { Type = ["task.*"], Limit = 7 };
        while (!writing.IsCompleted || seen.Count < writers * tasks)
        {
            var page = await host.SendAsync(filter);
            seen.AddRange(page.Items.Select(logged => logged.EventId));
            filter = filter with { After = page.NextCursor };
            if (page.Items.Count == 0)
                await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await writing;
        Assert.Distinct(seen);
        Assert.Equal((await host.EventsAsync()).OrderBy(record => record.Position).Select(record => record.EventId), seen);
    }

    [Fact]
    public async Task An_event_is_in_the_feed_once_it_has_a_position()
    {
        Assert.SkipWhen(Database == DatabaseKind.Sqlite, "SQLite gives positions with the commit.");
        await using var host = await StartAsync();
        await host.CreateTaskAsync();

        Assert.Empty((await host.SendAsync(new ListEvents())).Items);

        await host.NumberEventsAsync();
        Assert.Single((await host.SendAsync(new ListEvents())).Items);
    }

    [Fact]
    public async Task Types_and_subject_choose_events_alone_and_together()
    {
        await using var host = await StartAsync();
        var project = await host.CreateProjectAsync();
        var id = await host.CreateTaskAsync("One", project);
        await host.CreateTaskAsync("Other");
        await host.SendAsync(new StartTask(id));
        await host.SendAsync(new CompleteTask(id));
        await host.NumberEventsAsync();

        await ShowsAsync(["project.created"], "project.*");
        await ShowsAsync(["task.created", "task.created"], "task.created");
        await ShowsAsync(["task.created", "task.created"], "taskmanagement.task.created.v1");
        await ShowsAsync([], "task.created.v2");
        await ShowsAsync(["task.created", "task.created", "task.completed"], "task.created", "task.completed");
        await ShowsAsync(["task.created", "task.numbered", "task.created", "task.status_changed", "task.status_changed", "task.completed"], "taskmanagement.task.*");
        await ShowsAsync(["task.created", "task.created"], "task.created.v1", "task.created", "task.created.v2");
        await ShowsAsync(["project.created", "task.created", "task.created"], "task.created.v1", "project.*", "project.created");
        Assert.Equal(7, (await ReadOnAsync(host, new() { Type = ["*"] })).Events.Count);
        Assert.Equal(5, (await ReadOnAsync(host, new() { Subject = id.Value, Limit = 2 })).Events.Count);
        Assert.Equal(
            ["task.created", "task.status_changed", "task.status_changed"],
            (await ReadOnAsync(host, new() { Subject = id.Value, Type = ["task.created.v1", "task.status_changed"], Limit = 1 })).Events.Select(logged => logged.Type));
        Assert.Empty((await ReadOnAsync(host, new() { Subject = id.Value, Type = ["project.*"] })).Events);

        async Task ShowsAsync(string[] expected, params string[] types)
        {
            Assert.Equal(expected, (await ReadOnAsync(host, new() { Type = types, Limit = 2 })).Events.Select(logged => logged.Type));
            Assert.Equal(expected, (await ReadOnAsync(host, new() { Type = types })).Events.Select(logged => logged.Type));
        }
    }

    [Fact]
    public async Task A_filter_that_finds_nothing_moves_on_all_the_same()
    {
        await using var host = await StartAsync();
        await WorkAsync(host);

        var page = await host.SendAsync(new ListEvents { Type = ["task.deleted"] });

        Assert.Empty(page.Items);
        Assert.Equal((await ReadOnAsync(host, new())).Cursor, page.NextCursor);
    }

    [Fact]
    public async Task A_prefix_finds_types_that_only_a_newer_version_of_the_service_knows()
    {
        await using var host = await StartAsync();
        await WorkAsync(host);
        Assert.DoesNotContain((await ReadOnAsync(host, new() { Type = ["task.*"] })).Events, logged => logged.Type == "task.teleported");
        await host.AppendAsync("task", "task.teleported");
        await host.AppendAsync("tasks", "tasks.teleported");
        await host.NumberEventsAsync();

        Assert.Equal("task.teleported", (await ReadOnAsync(host, new() { Type = ["task.*"] })).Events[^1].Type);
        // Another node, which begins to look at the log now.
        await using var other = host.AnotherNode();
        Assert.Equal("task.teleported", (await ReadOnAsync(other, new() { Type = ["task.*"] })).Events[^1].Type);
    }

    [Theory]
    [InlineData("nonsense", null, 50, "after", "after.malformed")]
    [InlineData("-1", null, 50, "after", "after.malformed")]
    [InlineData(" 1", null, 50, "after", "after.malformed")]
    [InlineData("1e3", null, 50, "after", "after.malformed")]
    [InlineData("99999999999999999999", null, 50, "after", "after.malformed")]
    [InlineData("1000000", null, 50, "after", "after.beyond_end")]
    [InlineData(null, "task.complted", 50, "type", "type.unknown")]
    [InlineData(null, "tasks.*", 50, "type", "type.unknown")]
    [InlineData(null, "Task.Completed", 50, "type", "type.malformed")]
    [InlineData(null, "", 50, "type", "type.malformed")]
    [InlineData(null, null, 0, "limit", "limit.out_of_range")]
    [InlineData(null, null, 201, "limit", "limit.out_of_range")]
    public async Task What_makes_no_sense_is_refused_by_the_name_of_its_parameter(string? after, string? type, int limit, string parameter, string code)
    {
        await using var host = await StartAsync();
        await WorkAsync(host);

        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(
            () => host.SendAsync(new ListEvents { After = after, Type = type is null ? [] : ["task.created", type], Limit = limit }));

        Assert.Equal((parameter, code), (refusal.Errors[0].Parameter, refusal.Errors[0].Code));
    }

    [Fact]
    public async Task The_few_events_of_a_rare_type_or_of_one_aggregate_are_found_in_an_index_and_pages_of_all_in_another()
    {
        var plans = new QueryPlans(Database, isTableSmall: false);
        await using var host = await StartAsync(services => services.Intercept(plans));
        var id = await host.CreateTaskAsync();
        await host.NumberEventsAsync();
        await host.FillLogAsync(events: 20_000);

        Assert.Contains("ix_event_log_position", await PlanAsync(new()), StringComparison.Ordinal);
        Assert.Contains("ix_event_log_stream_id_stream_type_stream_version", await PlanAsync(new() { StreamId = id.Value }), StringComparison.Ordinal);
        Assert.Contains("ix_event_log_actor_position", await PlanAsync(new() { Actor = new("user:tester") }), StringComparison.Ordinal);
        Assert.Contains("ix_event_log_address_position", await PlanAsync(new() { Address = "192.0.2.17" }), StringComparison.Ordinal);
        var ofTypes = await PlanAsync(new() { Types = [EventTypePattern.Parse("task.created")!, EventTypePattern.Parse("project.created")!] });
        // Each type is looked up in the index by itself, and the few positions found are then read.
        Assert.Equal(2, ofTypes.Split("ix_event_log_type_position").Length - 1);
        Assert.DoesNotContain("Seq Scan", ofTypes, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN event_log", ofTypes, StringComparison.Ordinal);

        Task<string> PlanAsync(EventFilterOf filter) => plans.OfAsync(() => host.InScopeAsync(services =>
            services.GetRequiredService<IEventSearch>().FindAsync(
                new() { UpTo = 30_000, Viewer = null, Limit = 50, Types = filter.Types, StreamId = filter.StreamId, Actor = filter.Actor, Address = filter.Address }, default)));
    }

    private static async Task WorkAsync(TestHost host)
    {
        var id = await host.CreateTaskAsync();
        await host.SendAsync(new UpdateTask(id, null, new() { Priority = new(TaskPriority.High), Labels = new(["a"]) }));
        await host.SendAsync(new StartTask(id));
        await host.NumberEventsAsync();
    }

    private static async Task<(List<LoggedEvent> Events, string Cursor)> ReadOnAsync(TestHost host, ListEvents filter)
    {
        List<LoggedEvent> events = [];
        Page<LoggedEvent> page;
        do
        {
            page = await host.SendAsync(filter);
            events.AddRange(page.Items);
            Assert.NotNull(page.NextCursor);
            filter = filter with { After = page.NextCursor };
        }
        while (page.Items.Count > 0);

        return (events, page.NextCursor!);
    }

    private sealed record EventFilterOf
    {
        public IReadOnlyList<EventTypePattern> Types { get; init; } = [];

        public Guid? StreamId { get; init; }

        public Domain.Common.ActorId? Actor { get; init; }

        public string? Address { get; init; }
    }
}

public sealed class ReadingTheFeedOnSqlite() : ReadingTheFeed(DatabaseKind.Sqlite);

public sealed class ReadingTheFeedOnPostgreSql() : ReadingTheFeed(DatabaseKind.PostgreSql);

public sealed class ReadingTheFeedOnSqlServer() : ReadingTheFeed(DatabaseKind.SqlServer);

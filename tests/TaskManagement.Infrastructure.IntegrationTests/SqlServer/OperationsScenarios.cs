using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog.Operations.Verification;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What operators see and steer.</summary>
internal static class OperationsScenarios
{
    private const string Replayable = "audit-log";
    private const string Rebuildable = "count-tasks";
    private const string DiscardedPayload =
        """{"subscription":"count-tasks","discardedEventId":"00000002-0000-0000-0000-000000000001","eventType":"t","subjectId":"00000002-0000-0000-0000-000000000001","reason":"r"}""";

    private static readonly Guid EventId = new("00000002-0000-0000-0000-000000000001");

    public static IEnumerable<Scenario> All() => [.. Seeing(), .. Steering()];

    private static CannedRows Given(string subscription = Replayable, long replay = 0) => new CannedRows()
        .With("event_log", "position", 7L)
        .With("event_log", "type", "task.completed")
        .With("event_log", "stream_type", "task")
        .With("event_cursors", "subscription", subscription)
        .With("event_cursors", "replay", replay)
        .With("event_cursors", "position", 7L)
        .With("event_cursors", "stop_at", 9L)
        .With("parked_events", "subscription", subscription)
        .With("parked_events", "event_type", "task.completed")
        .NoneMatches("event_cursors");

    private static IEnumerable<Scenario> Seeing()
    {
        var far = Given().With("event_cursors", "position", 1L).With("event_log", "position", 5000L);
        yield return Query("all", new ListSubscriptions(), Given());
        yield return Query("one far behind", new GetSubscription("create-follow-up-task"), far.With("event_cursors", "subscription", "create-follow-up-task"));
        yield return Query("one behind", new GetSubscription(Rebuildable), Given(Rebuildable).With("event_cursors", "position", 3L));
        yield return Query("one with parked events", new GetSubscription(Replayable), Given().With("event_cursors", "position", 1L));
        yield return Query("a parked one", new ExplainDelivery(Replayable, EventId), Given().With("parked_events", "position", 7L));
        yield return Query("a delivered one", new ExplainDelivery(Replayable, EventId), Given().Rows("parked_events", 0).With("event_log", "payload", "{\"subscription\":\"s\",\"fromPosition\":9,\"toPosition\":1}"));
        (string Name, ParkedFilter Filter)[] filters =
        [
            ("all", new()),
            ("subscription", new(Replayable)),
            ("status", new(Status: ParkedState.Dead)),
            ("type", new(Type: "task.completed")),
            ("types", new(Type: "task.*")),
            ("subject", new(Subject: EventId)),
        ];
        foreach (var (name, filter) in filters)
            yield return Query("by " + name, new ListParkedEvents(filter, Limit: 1), Given().Rows("parked_events", 2));
        yield return Query("all", new ListReplays(), Given(replay: 3));
        yield return Query("one", new GetReplay(3), Given(replay: 3));
        yield return Query("all", new ListHandlers(), Given());
        yield return Query("all", new GetStoreHealth(), Given().With("event_log", "position", 1L));
        yield return Query("with gaps", new GetStoreHealth(), Given());
        foreach (var scenario in Verifying())
            yield return scenario;
        yield return Query("a handler", new TestHandler(Replayable, EventId), Given());
    }

    private static IEnumerable<Scenario> Verifying()
    {
        var far = Given(Rebuildable).With("analytics_days", "day", DateOnly.FromDateTime(CannedRows.Time.UtcDateTime)).With("event_log", "payload", DiscardedPayload).With("alerts", "severity", "error");
        yield return Query("all", new VerifyStore(), far.With("event_log", "position", 1L));
        yield return Query("with gaps", new VerifyStore(), far.With("event_log", "position", 7L));
        yield return Query("with rows that can't be read", new VerifyStore(), far.With("tasks", "status", "no such"));
        yield return new(
            "VerifyStore: a later page",
            async services =>
            {
                var db = services.GetRequiredService<TaskManagementDbContext>();
                Assert.Single(await new ProjectTable(db).After(EventId).Take(1).ToListAsync());
                Assert.Single(await new TaskTable(db, new(new()), new(new())).After(EventId).Take(1).ToListAsync());
                Assert.Single(await services.GetRequiredService<LogStreams>().ReadAsync("task", EventId, EventId, default).ToListAsync());
            },
            Given());
        yield return new(
            "VerifyStore: without snapshots",
            async services => Assert.Equal(
                "verify.no_snapshot", (await Assert.ThrowsAsync<DomainException>(() => services.GetRequiredService<ISender>().Send(new VerifyStore()))).Code),
            Given().With("sys.databases", "snapshot_isolation_state", (byte)0));
    }

    private static IEnumerable<Scenario> Steering()
    {
        yield return Command("a subscription", new PauseSubscription(Replayable), Given());
        yield return Command("a subscription", new ResumeSubscription(Replayable), Given());
        yield return Command("to a position", new RewindSubscription(Replayable, new("3")), Given());
        yield return Command("to the beginning", new RewindSubscription(Rebuildable), Given(Rebuildable));
        yield return Command("a range of types", new ReplaySubscription(Replayable, new("1"), new("6"), ["task.completed"]), Given().With("event_log", "position", 3L));
        yield return Command("a range of times", new ReplaySubscription(Replayable, new(Time: CannedRows.Time.AddDays(-1)), new(Time: CannedRows.Time)), Given());
        yield return Command("a replay", new CancelReplay(3), Given(replay: 3));
        yield return Command("by ids", new RetryParkedEvents([1, 2]), Given());
        yield return Command("by filter", new RetryParkedEvents(Filter: new(Replayable, ParkedState.Dead, "task.*", EventId)), Given());
        yield return Command("by ids", new DiscardParkedEvents("No use.", [1, 2]), Given());
        yield return Command("by filter", new DiscardParkedEvents("No use.", Filter: new(Replayable)), Given());
        yield return Query("dry run", new DiscardParkedEvents("No use.", Filter: new(), DryRun: true), Given());
    }

    private static Scenario Command(string name, object request, CannedRows given) =>
        Query(name, request, given) with { AppendsEvents = true, WritesInSteps = true };

    private static Scenario Query(string name, object request, CannedRows given) => new(
        $"{request.GetType().Name}: {name}",
        async services =>
        {
            var answer = await services.GetRequiredService<ISender>().Send(request);
            if (request is ListParkedEvents list && answer is Page<ParkedEventDto> page)
                await services.GetRequiredService<ISender>().Send(list with { Cursor = page.NextCursor });
        },
        given,
        request);
}

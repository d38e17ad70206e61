using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What the engine says to the database while it delivers events.</summary>
internal static class DeliveryScenarios
{
    private const string Name = "audit-log";
    private const string Node = "node";
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(12);

    private static CannedRows Given => new CannedRows()
        .With("event_cursors", "subscription", Name)
        .With("event_log", "position", 1L)
        .With("event_log", "type", "task.deleted")
        .With("event_log", "type_version", 1)
        .With("event_log", "stream_type", "task")
        .With("event_log", "payload", """{"taskId":"00000002-0000-0000-0000-000000000001","title":"Buy milk","reason":null}""")
        .With("parked_events", "subscription", Name)
        .With("parked_events", "event_type", "task.deleted")
        .With("parked_events", "position", 1L)
        .With("parked_events", "status", 1)
        .With("parked_events", "crashes", 0)
        .With("parked_events", "attempt_started_at", DBNull.Value);

    public static IEnumerable<Scenario> All()
    {
        yield return Of("register subscriptions that are new", store => store.RegisterAsync(default), Given.Rows("event_cursors", 0));
        yield return Of("register a subscription under its new name", store => store.RegisterAsync(default), Given.With("event_cursors", "subscription", "old-audit-log"));
        yield return Of("halt partitions that are to be divided anew", store => store.RegisterAsync(default), Given.Rows("event_cursors", 2));
        yield return new("divide partitions anew", DivideAsync, Given.With("event_cursors", "stop_at", 0L));
        yield return Of("show life, and look at all cursors", async store => Assert.NotEmpty(await store.BeatAsync(Node, Time, default)));
        yield return new("take a lease, load, and give it back", TakeAsync, Given);
        yield return Of("acknowledge several cursors", store => store.AcknowledgeAsync([LeaseOn(0), LeaseOn(1)], default));
        yield return Of("begin an attempt with care", store => store.BeginAttemptAsync(LeaseOn(0), 1, default));
        yield return Of("forget nodes of old", store => store.CleanAsync(default));
        yield return Of("leave", store => store.LeaveAsync(Node, default));
        yield return new("number events", services => services.GetRequiredService<Sequencer>().NumberAsync(default), Given);
        yield return new("read the log", ReadAsync, Given);
        yield return new("deliver an event", DeliverAsync, Given);
        yield return new("park an event that failed, and one behind it", ParkAsync, Given);
        yield return new("park the event of a crash", ParkCrashedAsync, Given);
        yield return new("try a parked event again, and fail for good", FailAsync, Given, AppendsEvents: true, WritesInSteps: true);
        yield return new("try a parked event again, and settle it", SettleAsync, Given);
        yield return new("find out when the next parked event is due", FindNoneAsync, Given.Rows("parked_events", 0));
    }

    private static Scenario Of(string name, Func<CursorStore, Task> run, CannedRows? given = null) =>
        new(name, services => run(services.GetRequiredService<CursorStore>()), given ?? Given);

    private static Lease LeaseOn(int partition)
    {
        var lease = new Lease(new(Name, 0, partition), 0);
        lease.Stands(0);
        return lease;
    }

    private static Subscription Subscription(IServiceProvider services) => services.GetRequiredService<SubscriptionCatalog>().Find(Name)!;

    private static Task DivideAsync(IServiceProvider services) => services.GetRequiredService<CursorStore>().RepartitionAsync(Subscription(services), default);

    private static async Task TakeAsync(IServiceProvider services)
    {
        var store = services.GetRequiredService<CursorStore>();
        var cursor = (await store.BeatAsync(Node, Time, default))[0] with { Token = -1 };
        var lease = (await store.TakeAsync(cursor, Node, Time, default))!;
        await store.LoadAsync(lease, default);
        await store.NoteObstacleAsync(lease, "The broker can't be reached.", default);
        await store.NoteObstacleAsync(lease, obstacle: null, default);
        await store.ReleaseAsync(lease, default);
    }

    private static async Task ReadAsync(IServiceProvider services)
    {
        services.GetRequiredService<EventSignals>().Advance(1);
        Assert.False((await services.GetRequiredService<LogReader>().ReadAfterAsync(0, default)).IsEmpty);
    }

    private static async Task DeliverAsync(IServiceProvider services)
    {
        using var attempts = Attempts(services);
        await attempts.DeliverAsync([await EntryAsync(services)], default, default);
    }

    private static async Task ParkAsync(IServiceProvider services)
    {
        var (lot, entry) = (Lot(services), await EntryAsync(services));
        await ParkAsync([new(entry.Logged.EventId, new RetryAfterException("Not now.", TimeSpan.FromHours(1)))]);
        await ParkAsync(failed: []);

        async Task ParkAsync(IReadOnlyList<FailedEvent> failed)
        {
            IReadOnlyList<ParkedNow> parked = [];
            await services.GetRequiredService<DeliveryRunner>().SettleAsync(
                Subscription(services), entry, failed, async (settlement, token) => parked = await lot.ParkAsync(settlement, [entry], token), default);
            Assert.Single(parked);
            lot.HaveParked(parked);
        }
    }

    private static async Task ParkCrashedAsync(IServiceProvider services)
    {
        using var attempts = Attempts(services);
        var (cursor, partitions) = await services.GetRequiredService<CursorStore>().LoadAsync(LeaseOn(0), default);
        cursor.Position = 0;
        cursor.AttemptPosition = 1;
        await attempts.LoadAsync(cursor, partitions, services.GetRequiredService<LogReader>(), default);
    }

    private static async Task FailAsync(IServiceProvider services)
    {
        var lot = Lot(services);
        await lot.LoadAsync(partitions: 2, default);
        Assert.Equal(2, (await lot.FindDueAsync(2, default)).Due.Count);
        var due = (await lot.FindDueAsync(1, default)).Due;
        Assert.True(await lot.BeginAsync(due, default));
        await lot.LeaveAsync(due, default);
        await services.GetRequiredService<DeliveryRunner>().SettleAsync(
            Subscription(services),
            due[0].Entry,
            [new(due[0].Entry.Logged.EventId, new PermanentFailureException("Never."))],
            (settlement, token) => lot.SettleAsync(settlement, due, token),
            default);
    }

    private static async Task SettleAsync(IServiceProvider services)
    {
        using var attempts = Attempts(services);
        await attempts.RetryAsync((await Lot(services).FindDueAsync(1, default)).Due, default, default);
    }

    private static async Task FindNoneAsync(IServiceProvider services) => Assert.Empty((await Lot(services).FindDueAsync(1, default)).Due);

    private static Attempts Attempts(IServiceProvider services)
    {
        var lease = LeaseOn(0);
        lease.Renewed(Stopwatch.GetTimestamp(), Time);
        var store = services.GetRequiredService<CursorStore>();
        return new(
            Subscription(services),
            lease,
            wasReleased: false,
            store,
            Lot(services),
            services.GetRequiredService<DeliveryRunner>(),
            new(lease, store, NullLogger.Instance),
            new(),
            new(),
            NullLogger.Instance);
    }

    private static ParkingLot Lot(IServiceProvider services)
    {
        var (subscription, lease, clock) = (Subscription(services), LeaseOn(0), services.GetRequiredService<DatabaseClock>());
        return new(
            subscription,
            lease,
            services.GetRequiredService<CursorStore>(),
            new(subscription.Policy, lease.Key, clock, NullLogger.Instance),
            services.GetRequiredService<LogReader>(),
            services.GetRequiredService<DeliveryRunner>(),
            clock,
            services.GetRequiredService<IServiceScopeFactory>());
    }

    private static async Task<LogEntry> EntryAsync(IServiceProvider services) => (await services.GetRequiredService<LogReader>().FindAsync([1], default)).Single();
}

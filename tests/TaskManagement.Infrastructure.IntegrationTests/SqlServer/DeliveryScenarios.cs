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
        .With("parked_events", "event_type", "task.deleted");

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
        var (store, lease) = (services.GetRequiredService<CursorStore>(), LeaseOn(0));
        Assert.True(await services.GetRequiredService<DeliveryRunner>().RunAsync(
            Subscription(services), [await EntryAsync(services)], 1, _ => false, (settlement, token) => store.SettleAsync(settlement.Db, lease, 1, 1, token), mustSettle: true, default));
    }

    private static async Task ParkAsync(IServiceProvider services)
    {
        using var lot = Lot(services);
        var entry = await EntryAsync(services);
        await lot.ParkFailedAsync(entry, new RetryAfterException("Not now.", TimeSpan.FromHours(1)), default);
        Assert.True(await lot.ParkBehindAsync(entry, default));
    }

    private static async Task ParkCrashedAsync(IServiceProvider services)
    {
        using var lot = Lot(services);
        await lot.ParkCrashedAsync(await EntryAsync(services), default);
    }

    private static async Task FailAsync(IServiceProvider services)
    {
        using var lot = Lot(services);
        await lot.LoadAsync(partitions: 2, default);
        var parked = (await lot.FindNextAsync(default))!;
        var entry = await EntryAsync(services);
        Assert.True(await lot.BeginAsync(parked, entry, default));
        await lot.LeaveAsync(parked, default);
        await lot.FailAsync(parked, entry, new PermanentFailureException("Never."), default);
    }

    private static async Task SettleAsync(IServiceProvider services)
    {
        using var lot = Lot(services);
        await lot.LoadAsync(partitions: 1, default);
        var parked = (await lot.FindNextAsync(default))!;
        await services.GetRequiredService<DeliveryRunner>().RunAsync(
            Subscription(services), [await EntryAsync(services)], 2, _ => false, async (settlement, token) => await lot.SettleAsync(settlement, parked, await EntryAsync(services), token), mustSettle: true, default);
        await lot.HaveSettledAsync(parked, failed: null, default);
    }

    private static ParkingLot Lot(IServiceProvider services) => new(
        Subscription(services),
        LeaseOn(0),
        services.GetRequiredService<CursorStore>(),
        services.GetRequiredService<DeliveryRunner>(),
        services.GetRequiredService<DatabaseClock>(),
        services.GetRequiredService<IServiceScopeFactory>(),
        NullLogger.Instance);

    private static async Task<LogEntry> EntryAsync(IServiceProvider services) => (await services.GetRequiredService<LogReader>().FindAsync(1, default))!;
}

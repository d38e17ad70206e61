using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Support;

/// <summary>The engine of one host, running until it is disposed of.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly TestHost _host;
    private readonly EventEngine _engine;

    private Engine(TestHost host)
    {
        _host = host;
        _engine = host.Services.GetRequiredService<EventEngine>();
    }

    /// <summary>Makes the subscriptions known without delivering anything: what happens from now on is theirs. An engine starts once.</summary>
    public static Task SubscribeAsync(TestHost host) => host.Services.GetRequiredService<CursorStore>().RegisterAsync(default);

    public static async Task<Engine> StartAsync(TestHost host)
    {
        var engine = new Engine(host);
        await engine._engine.StartAsync(default);
        return engine;
    }

    /// <summary>Waits until a subscription has handled, or parked, all events there are.</summary>
    public Task CaughtUpAsync(string subscription) => Eventually.IsTrueAsync($"{subscription} has caught up", () => _host.ReadAsync(async db =>
        !await db.EventLog.AnyAsync(record => record.Position == null)
        && await db.EventCursors.Where(cursor => cursor.Subscription == subscription && cursor.Replay == 0).MinAsync(cursor => cursor.Position)
            >= await db.EventLog.MaxAsync(record => record.Position)));

    /// <summary>The dead letters of a subscription.</summary>
    public Task<List<ParkedEvent>> DeadLettersAsync(string subscription) => _host.ReadAsync(db =>
        db.ParkedEvents.AsNoTracking().Where(parked => parked.Subscription == subscription && parked.Status == ParkedStatus.Dead).ToListAsync());

    public async ValueTask DisposeAsync() => await _engine.StopAsync(default);
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class Subscriptions(
    TaskManagementDbContext db, SubscriptionCatalog catalog, SubscriptionStatus status, DatabaseProvider provider, IServiceProvider services) : ISubscriptions
{
    public Task<IReadOnlyList<SubscriptionDto>> ReadAsync(string? name, CancellationToken cancellationToken) => status.ReadAsync(name, cancellationToken);

    public async Task<SubscriptionTraits> GetAsync(string name, CancellationToken cancellationToken)
    {
        var known = await catalog.FindAsync(name, cancellationToken);
        var positions = await Live(name).Select(cursor => cursor.Position).ToListAsync(cancellationToken);
        if (known is null && positions.Count == 0)
            throw new NotFoundException("subscription", name);
        return new(
            name,
            HasHandler: known is not null,
            [.. (known?.EventTypes ?? []).Order(StringComparer.Ordinal)],
            known?.Policy.Replayable ?? false,
            known?.IsRebuildable ?? false,
            positions.Count == 0 ? null : positions.Min(),
            positions.Count == 0 ? null : positions.Max());
    }

    public async Task<bool> PauseAsync(string name, CancellationToken cancellationToken)
    {
        var now = await db.NowAsync(provider, cancellationToken);
        var running = Live(name).Where(cursor => cursor.PausedAt == null);
        var paused = await running.ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.PausedAt, now), cancellationToken);
        await RefuseLeftoversAsync(running, cancellationToken);
        return paused > 0;
    }

    public async Task<bool> ResumeAsync(string name, CancellationToken cancellationToken)
    {
        var paused = Live(name).Where(cursor => cursor.PausedAt != null);
        var resumed = await paused.ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.PausedAt, (DateTimeOffset?)null), cancellationToken);
        await RefuseLeftoversAsync(paused, cancellationToken);
        return resumed > 0;
    }

    public async Task<int> RewindAsync(string name, long after, CancellationToken cancellationToken)
    {
        // First of all the cursors: from here on, whoever delivers can't commit, and what he has written is undone.
        var beyond = Live(name).Where(cursor => cursor.Position > after);
        await beyond.ExecuteUpdateAsync(
            set => set
                .SetProperty(cursor => cursor.ReplayUntil, cursor => cursor.ReplayUntil > cursor.Position ? cursor.ReplayUntil : cursor.Position)
                .SetProperty(cursor => cursor.StartedFrom, cursor => cursor.StartedFrom < after ? cursor.StartedFrom : after)
                .SetProperty(cursor => cursor.Position, after)
                .SetProperty(cursor => cursor.AttemptPosition, (long?)null)
                .SetProperty(cursor => cursor.Token, cursor => cursor.Token + 1)
                .SetProperty(cursor => cursor.Holder, (string?)null)
                .SetProperty(cursor => cursor.LeaseUntil, (DateTimeOffset?)null),
            cancellationToken);
        await RefuseLeftoversAsync(beyond, cancellationToken);
        var dropped = await db.ParkedEvents
            .Where(parked => parked.Subscription == name && parked.Replay == 0 && parked.Position > after)
            .ExecuteDeleteAsync(cancellationToken);
        if (catalog.Find(name) is { IsRebuildable: true } rebuildable)
            await ((IRebuildable)services.GetRequiredService(rebuildable.Handler)).ResetAsync(cancellationToken);
        return dropped;
    }

    private IQueryable<EventCursor> Live(string name) => db.EventCursors.Where(cursor => cursor.Subscription == name && cursor.Replay == 0);

    /// <summary>While a subscription is divided anew, its cursors are replaced by others, which an update that began before can't see.</summary>
    private static async Task RefuseLeftoversAsync(IQueryable<EventCursor> unchanged, CancellationToken cancellationToken)
    {
        if (await unchanged.AnyAsync(cancellationToken))
            throw new ConcurrencyConflictException();
    }
}

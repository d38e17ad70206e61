using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class StoreHealth(
    TaskManagementDbContext db, SubscriptionCatalog catalog, DatabaseProvider provider, IOptions<EventsOptions> options) : IStoreHealth
{
    private const int MostGaps = 10;

    // Numbering takes milliseconds. Whatever waits as long as this waits for something that went wrong.
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(30);

    public async Task<StoreHealthDto> ReadAsync(CancellationToken cancellationToken)
    {
        var now = await db.NowAsync(provider, cancellationToken);
        var numbered = db.EventLog.AsNoTracking().Where(record => record.Position != null);
        var (head, events) = (await numbered.MaxAsync(record => record.Position, cancellationToken) ?? 0, await numbered.LongCountAsync(cancellationToken));
        var cursors = await db.EventCursors.AsNoTracking().Where(cursor => cursor.Replay == 0).ToListAsync(cancellationToken);
        var parked = await db.ParkedEvents.GroupBy(_ => 1).Select(Summaries.Tally<int>()).FirstOrDefaultAsync(cancellationToken);
        var nodes = await db.EventNodes.AsNoTracking().OrderBy(node => node.StartedAt).ToListAsync(cancellationToken);
        var lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
        var health = new StoreHealthDto
        {
            Healthy = true,
            Findings = [],
            LastPosition = head == 0 ? null : Positions.Format(head),
            Events = events,
            Unnumbered = await UnnumberedAsync(now, cancellationToken),
            Gaps = events == head ? [] : await db.FindGapsAsync(MostGaps, cancellationToken),
            Subscriptions = catalog.All.Count,
            Orphaned = Names(cursors.Where(cursor => catalog.Find(cursor.Subscription) is null)),
            Paused = Names(cursors.Where(cursor => cursor.PausedAt is not null)),
            Unheld = [.. Unheld(cursors, now)],
            Parked = parked?.Counts ?? new(0, 0, 0, 0),
            Nodes = [.. nodes.Select(node => new NodeDto(node.Id, node.StartedAt, node.SeenAt, Alive: now - node.SeenAt < lease))],
            DatabaseBytes = await db.AskAsync(provider.Events.DatabaseBytes, cancellationToken),
        };
        string[] findings = [.. Findings(health)];
        return health with { Healthy = findings.Length == 0, Findings = findings };
    }

    private async Task<UnnumberedDto> UnnumberedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await db.EventLog.Where(record => record.Position == null)
            .GroupBy(_ => 1)
            .Select(group => new { Events = group.LongCount(), OldestAt = group.Min(record => record.OccurredAt) })
            .FirstOrDefaultAsync(cancellationToken);
        return waiting is null
            ? new(0, OldestAt: null, 0)
            : new(waiting.Events, waiting.OldestAt, Math.Max(0, Math.Round((now - waiting.OldestAt).TotalSeconds, 3)));
    }

    private IEnumerable<string> Unheld(List<EventCursor> cursors, DateTimeOffset now) =>
        from subscription in catalog.All
        let own = cursors.FindAll(cursor => string.Equals(cursor.Subscription, subscription.Name, StringComparison.Ordinal))
        where own.Count == 0 || own.Exists(cursor => SubscriptionStatus.HolderOf(cursor, now) is null)
        select subscription.Name;

    private static IEnumerable<string> Findings(StoreHealthDto health)
    {
        if (health.Unnumbered.OldestSeconds > Overdue.TotalSeconds)
            yield return $"{Count(health.Unnumbered.Events, "event waits", "events wait")} for a position, the oldest since {health.Unnumbered.OldestSeconds:0} s: no node numbers them.";
        foreach (var gap in health.Gaps)
            yield return $"There is no event between the positions {gap.After} and {gap.Before}: rows were deleted from the log.";
        if (health.Nodes.All(node => !node.Alive))
            yield return "No node delivers events.";
        else if (health.Unheld.Count > 0)
            yield return $"No node works on {string.Join(", ", health.Unheld)}.";
        if (health.Orphaned.Count > 0)
            yield return $"Progress is kept for {string.Join(", ", health.Orphaned)}, and no handler has that name: it was renamed without an alias, or removed.";
        if (health.Parked.Dead > 0)
            yield return $"{Count(health.Parked.Dead, "dead letter waits", "dead letters wait")} for someone to retry or to discard.";
    }

    private static string Count(long number, string one, string many) => $"{number.ToString(CultureInfo.InvariantCulture)} {(number == 1 ? one : many)}";

    private static string[] Names(IEnumerable<EventCursor> cursors) =>
        [.. cursors.Select(cursor => cursor.Subscription).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

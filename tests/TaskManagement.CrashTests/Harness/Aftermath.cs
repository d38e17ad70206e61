using Microsoft.EntityFrameworkCore;
using TaskManagement.CrashTests.Checking;
using TaskManagement.CrashTests.Node;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.CrashTests.Harness;

/// <summary>Looks into the database when all is over.</summary>
internal static class Aftermath
{
    /// <summary>Waits until every subscription has come to the end of the log, and nothing is to be tried again.</summary>
    public static async Task WaitForRestAsync(this RunDatabase database, TimeSpan limit)
    {
        var state = "";
        try
        {
            await Waiting.UntilAsync("all is settled", limit, async () =>
            {
                try
                {
                    state = await database.FindUnrestAsync();
                }
                catch (Exception exception) when (exception.IsOutage())
                {
                    state = exception.Message;
                }

                return state.Length == 0;
            });
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}: {state}", exception);
        }
    }

    public static async Task<RunHistory> ReadAsync(this RunDatabase database)
    {
        await using var db = database.Open();
        var log = await db.EventLog.AsNoTracking().OrderBy(record => record.Id).ToListAsync();
        var tasks = await db.Tasks.AsNoTracking().ToListAsync();
        var parked = await db.ParkedEvents.AsNoTracking().ToListAsync();
        var effects = await db.Database
            .SqlQuery<EffectRow>($"SELECT id, subscription, event_id, stream_id, version, position, invocation FROM crash_effects ORDER BY id").ToListAsync();
        return new()
        {
            Log =
            [
                .. log.Select(row => new LogRow(
                    row.Position, row.EventId, row.StreamType, row.StreamId, row.StreamVersion, row.Type, row.Payload, row.Actor.Value, row.CorrelationId, row.CausationId, row.CausationDepth)),
            ],
            Aggregates = [.. tasks.Select(task => new AggregateRow(task.StreamType, task.StreamId, task.Version))],
            Takers = Takers.All,
            Effects = [.. effects.Select(row => new Effect(row.subscription, row.event_id, row.stream_id, row.version, row.position, row.invocation))],
            Parked = [.. parked.Select(row => new ParkedRow(row.Subscription, row.EventId, row.StreamId, StateOf(row.Status), row.Attempts, row.Error))],
        };
    }

    private static ParkedState StateOf(ParkedStatus status) => status switch
    {
        ParkedStatus.Dead => ParkedState.Dead,
        ParkedStatus.Behind => ParkedState.Behind,
        _ => ParkedState.Retrying,
    };

    /// <summary>What is not settled yet, or nothing.</summary>
    private static async Task<string> FindUnrestAsync(this RunDatabase database)
    {
        await using var db = database.Open();
        var head = await db.EventLog.MaxAsync(record => record.Position) ?? 0;
        var unnumbered = await db.EventLog.CountAsync(record => record.Position == null);
        var cursors = await db.EventCursors.AsNoTracking().Where(cursor => cursor.Replay == 0).ToListAsync();
        var parked = await db.ParkedEvents.AsNoTracking().ToListAsync();
        var dead = parked.Where(row => row.Status == ParkedStatus.Dead).ToLookup(row => (row.Subscription, row.StreamId), row => row.Position);
        return string.Join(", ", (string[])
        [
            .. unnumbered > 0 ? [$"{unnumbered} events without a position"] : Array.Empty<string>(),
            .. Takers.All.Where(taker => !cursors.Exists(cursor => cursor.Subscription == taker.Name)).Select(taker => $"{taker.Name} has no cursor"),
            .. cursors.Where(cursor => cursor.Position < head)
                .Select(cursor => $"{cursor.Subscription}/{cursor.Partition} is at {cursor.Position} of {head}, held by {cursor.Holder} until {cursor.LeaseUntil:O}"),
            .. parked.Where(row => row.Status != ParkedStatus.Dead && !dead[(row.Subscription, row.StreamId)].Any(position => position < row.Position))
                .Select(row => $"{row.Subscription} has {row.EventId} parked as {row.Status} after {row.Attempts} attempts: {row.Error?.Split('\n')[0]}"),
        ]);
    }

    /// <summary>A row of the test's own table, by the names of its columns.</summary>
#pragma warning disable IDE1006, CA1812
    private sealed record EffectRow(long id, string subscription, Guid event_id, Guid stream_id, long version, long position, Guid invocation);
#pragma warning restore IDE1006, CA1812
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>
/// Streams the log to any number of readers, each of whom is no more than a position: they wait for one signal, and find what is new in what was
/// read once for all of this node.
/// </summary>
internal sealed class EventStream(
    LogReader log, EventSignals signals, IServiceScopeFactory scopes, IDatabaseFaults database, TimeProvider time, IOptions<EventsOptions> options)
    : IEventStream, IDisposable
{
    /// <summary>The most events in one part: what is kept for a reader who takes his time.</summary>
    private const int PartSize = 50;

    /// <summary>How far behind a reader may be and still read what all others do. Beyond, he would have that replaced by what only he needs.</summary>
    private const int Near = 2048;

    // Whoever has much to catch up with, or may not see all, asks the database, and not all of them at once.
    private readonly SemaphoreSlim _asking = new(4, 4);
    private readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(options.Value.StreamHeartbeatSeconds);

    public async IAsyncEnumerable<StreamedEvents> FollowAsync(
        long after, IReadOnlyList<EventTypePattern> types, Guid? streamId, Viewer viewer, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var heard = time.GetTimestamp();
        while (true)
        {
            // Asked for before the log is looked at, so that nothing comes in between unnoticed.
            var advanced = signals.Advanced;
            var part = await ReadAsync(after, types, streamId, viewer, cancellationToken);
            if (part.Events.Count > 0 || time.GetElapsedTime(heard) >= _heartbeat)
            {
                yield return part;
                heard = time.GetTimestamp();
            }

            var isAtEnd = part.Position == after;
            after = part.Position;
            if (!isAtEnd)
                continue;
            var left = _heartbeat - time.GetElapsedTime(heard);
            if (left > TimeSpan.Zero)
                await advanced.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async ValueTask<StreamedEvents> ReadAsync(
        long after, IReadOnlyList<EventTypePattern> types, Guid? streamId, Viewer viewer, CancellationToken cancellationToken)
    {
        var head = signals.Head;
        try
        {
            return head <= after ? new([], after)
                : head - after <= Near ? await ReadNearAsync(after, types, streamId, viewer, cancellationToken)
                : await CatchUpAsync(after, head, types, streamId, viewer, cancellationToken);
        }
        catch (Exception exception) when (database.IsUnavailable(exception))
        {
            // Readers need not come again: it is tried again with the next event, or heartbeat.
            return new([], after);
        }
    }

    private async ValueTask<StreamedEvents> ReadNearAsync(
        long after, IReadOnlyList<EventTypePattern> types, Guid? streamId, Viewer viewer, CancellationToken cancellationToken)
    {
        var wanted = new List<LoggedEvent>();
        foreach (var entry in (await log.ReadAfterAsync(after, cancellationToken)).Span)
        {
            after = entry.Position;
            var logged = entry.Logged;
            if ((streamId is null || logged.StreamId == streamId) && (types.Count == 0 || types.Any(type => type.Takes(logged.Type, logged.TypeVersion))))
                wanted.Add(logged);
            if (wanted.Count == PartSize)
                break;
        }

        return new(await SeenAsync(wanted, viewer, cancellationToken), after);
    }

    private async ValueTask<IReadOnlyList<LoggedEvent>> SeenAsync(List<LoggedEvent> events, Viewer viewer, CancellationToken cancellationToken)
    {
        if (events.Count == 0 || viewer.SeesEverything)
            return events;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<Visibility>().SeenAsync(events, viewer, cancellationToken);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async ValueTask<StreamedEvents> CatchUpAsync(
        long after, long head, IReadOnlyList<EventTypePattern> types, Guid? streamId, Viewer viewer, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var found = await scope.ServiceProvider.GetRequiredService<IEventSearch>().FindAsync(
                new() { After = after, UpTo = head, Types = types, StreamId = streamId, Viewer = viewer, Limit = PartSize }, cancellationToken);
            return new(found, found.Count < PartSize ? head : found[^1].Position!.Value);
        }
        finally
        {
            _asking.Release();
        }
    }
}

using System.Collections.Concurrent;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>
/// Lets so many failures of one actor with one code a minute through, on this node, and counts the others for the next that gets through.
/// So no caller can fill the log with what was refused.
/// </summary>
/// <param name="perMinute">How many.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class FailureLimit(int perMinute, TimeProvider clock)
{
    /// <summary>How many kinds are counted apart at a time; those beyond share one count.</summary>
    private const int MostKinds = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly (string Actor, string Code) AllOthers = ("", "");

    private readonly ConcurrentDictionary<(string Actor, string Code), Count> _counts = new();

    /// <summary>Whether one more may be recorded; if so, how many were not since the last.</summary>
    public bool TryTake(ActorId actor, string code, out long suppressed)
    {
        var now = clock.GetUtcNow();
        var count = CountOf(actor, code, now);
        lock (count)
        {
            if (now - count.Since >= Window)
                (count.Since, count.Taken) = (now, 0);
            if (count.Taken >= perMinute)
            {
                suppressed = 0;
                count.Suppressed++;
                return false;
            }

            count.Taken++;
            (suppressed, count.Suppressed) = (count.Suppressed, 0);
            return true;
        }
    }

    /// <summary>Counts one that could not be recorded, and those that it would have told of.</summary>
    public void GiveBack(ActorId actor, string code, long suppressed)
    {
        var count = CountOf(actor, code, clock.GetUtcNow());
        lock (count)
            count.Suppressed += suppressed + 1;
    }

    private Count CountOf(ActorId actor, string code, DateTimeOffset now)
    {
        var kind = (actor.Value, code);
        if (_counts.TryGetValue(kind, out var count))
            return count;
        if (_counts.Count >= MostKinds)
            Forget(now);
        return _counts.GetOrAdd(_counts.Count < MostKinds ? kind : AllOthers, static (_, since) => new() { Since = since }, now);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (kind, count) in _counts)
        {
            if (now - count.Since >= Window)
                _counts.TryRemove(kind, out _);
        }
    }

    private sealed class Count
    {
        public DateTimeOffset Since { get; set; }

        public int Taken { get; set; }

        public long Suppressed { get; set; }
    }
}

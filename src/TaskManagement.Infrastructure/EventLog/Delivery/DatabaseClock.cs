using System.Diagnostics;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>The database's time on this node: what it said last, plus what has passed since by a clock that never jumps.</summary>
internal sealed class DatabaseClock
{
    private Reading _last = new(0, 0);

    /// <summary>The present, to a few milliseconds.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var last = Volatile.Read(ref _last);
            return DateTimeOffset.FromUnixTimeMilliseconds(last.UnixMilliseconds + (long)Stopwatch.GetElapsedTime(last.At).TotalMilliseconds);
        }
    }

    /// <summary>Notes what the database said.</summary>
    /// <param name="unixMilliseconds">Its time.</param>
    /// <param name="at">When it was asked, as a timestamp of <see cref="Stopwatch"/>.</param>
    public void Set(long unixMilliseconds, long at) => Volatile.Write(ref _last, new(unixMilliseconds, at));

    private sealed record Reading(long UnixMilliseconds, long At);
}

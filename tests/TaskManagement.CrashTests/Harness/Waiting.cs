using System.Data.Common;
using System.Diagnostics;

namespace TaskManagement.CrashTests.Harness;

internal static class Waiting
{
    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It was not, for too long.</exception>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {what}");
            await Task.Delay(50);
        }
    }

    /// <summary>Whether the database could not be reached, or ended the connection.</summary>
    public static bool IsOutage(this Exception exception) =>
        exception is DbException || (exception is InvalidOperationException && exception.InnerException?.IsOutage() == true);
}

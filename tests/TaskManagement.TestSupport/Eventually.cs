using System.Diagnostics;
using Xunit;

namespace TaskManagement.TestSupport;

/// <summary>Waits for what is going to be.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds, and fails if it does not within a minute.</summary>
    public static async Task IsTrueAsync(string condition, Func<Task<bool>> isTrue)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isTrue())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"It did not come to be that {condition}.");
            await Task.Delay(Pause);
        }
    }
}

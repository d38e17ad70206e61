using Microsoft.EntityFrameworkCore;
using TaskManagement.CrashTests.Checking;

namespace TaskManagement.CrashTests.Harness;

/// <summary>Follows the log by position, as every reader of it does: asks for what comes after the last position it saw.</summary>
internal sealed class LogFollower(RunDatabase database) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<SeenEvent> _seen = [];
    private Task _following = Task.CompletedTask;

    public void Start() => _following = Task.Run(FollowAsync);

    /// <summary>All that it saw, once it has looked a last time.</summary>
    public async Task<IReadOnlyList<SeenEvent>> EndAsync()
    {
        await _end.CancelAsync();
        await _following;
        await LookAsync();
        return _seen;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _following;
        _end.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(20, _end.Token);
                try
                {
                    await LookAsync();
                }
                catch (Exception exception) when (exception.IsOutage())
                {
                    // It looks again.
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The last look is for whoever ended it.
        }
    }

    private async Task LookAsync()
    {
        var last = _seen.Count > 0 ? _seen[^1].Position : 0;
        await using var db = database.Open();
        _seen.AddRange(await db.EventLog.AsNoTracking()
            .Where(record => record.Position > last)
            .OrderBy(record => record.Position)
            .Select(record => new SeenEvent(record.Position!.Value, record.EventId))
            .ToListAsync());
    }
}

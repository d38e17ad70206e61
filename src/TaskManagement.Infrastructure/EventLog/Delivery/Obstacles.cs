using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>What keeps a worker from giving its handler anything at all: what that needs can't be reached, or asked to be left alone for a while.</summary>
internal sealed partial class Obstacles(Lease lease, CursorStore cursors, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private int _setbacks;
    private string? _current;
    private string? _noted;
    private long _restUntil;

    /// <summary>Whether the last attempt did not reach what the handler needs.</summary>
    public bool IsMet => _setbacks > 0;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Pause => TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(_setbacks, 10) - 1)));

    /// <summary>Takes over what is noted, perhaps by another node, and notes what has changed since.</summary>
    public async Task LoadAsync(EventCursor cursor, CancellationToken cancellationToken)
    {
        _noted = cursor.Obstacle;
        if (IsMet && !string.Equals(_noted, _current, StringComparison.Ordinal))
        {
            await cursors.NoteObstacleAsync(lease, _current, cancellationToken);
            _noted = _current;
        }
    }

    /// <summary>What the handler needs can't be reached. That is noted when the worker begins anew.</summary>
    public void Meet(UnavailableException unavailable)
    {
        _setbacks++;
        var message = unavailable.Message.Length <= EventCursorConfiguration.MaxObstacleLength ? unavailable.Message : unavailable.Message[..EventCursorConfiguration.MaxObstacleLength];
        if (!string.Equals(_current, message, StringComparison.Ordinal))
            StandsStill(lease.Key, message, unavailable.InnerException);
        _current = message;
    }

    /// <summary>The handler has worked.</summary>
    public async Task OvercomeAsync(CancellationToken cancellationToken)
    {
        if (_noted is null && !IsMet)
            return;
        await cursors.NoteObstacleAsync(lease, obstacle: null, cancellationToken);
        (_setbacks, _current, _noted) = (0, null, null);
        GoesOn(lease.Key);
    }

    /// <summary>If the other side said when to come back, nothing is to be given to it before.</summary>
    public void Heed(Exception? exception)
    {
        if (exception is RetryAfterException { Wait: var wait })
            Volatile.Write(ref _restUntil, Math.Max(Volatile.Read(ref _restUntil), Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency)));
    }

    /// <summary>Waits until it may be given something again.</summary>
    public Task RestAsync(CancellationToken stopping) => Volatile.Read(ref _restUntil) - Stopwatch.GetTimestamp() is > 0 and var left
        ? Task.Delay(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency), stopping)
        : Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "{Cursor} stands still: {Obstacle}")]
    private partial void StandsStill(CursorKey cursor, string obstacle, Exception? exception);

    [LoggerMessage(2, LogLevel.Information, "{Cursor} goes on")]
    private partial void GoesOn(CursorKey cursor);
}

using System.Reflection;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>What becomes of the events of one cursor that failed: when they are tried again, and when no more.</summary>
internal sealed partial class Failures(SubscriptionPolicy policy, CursorKey key, DatabaseClock clock, ILogger logger)
{
    private static readonly string DeadLetterType = typeof(SubscriptionEventDeadLettered).GetCustomAttribute<EventTypeAttribute>()!.Name;

    /// <summary>Counts a failed attempt and says when the next is; or, if there is none, what to record about the dead letter.</summary>
    public SubscriptionEventDeadLettered? Count(ParkedEvent parked, Exception exception)
    {
        parked.Attempts++;
        parked.AttemptStartedAt = null;
        if (exception is ProcessEndedException)
            parked.Crashes++;
        parked.Error = Describe(exception, parked.Crashes);
        if (!IsFinal(parked, exception))
        {
            var wait = policy.Backoff(parked.Attempts);
            (parked.Status, parked.NextAttemptAt) =
                (ParkedStatus.Retrying, clock.Now + (exception is RetryAfterException { Wait: var asked } && asked > wait ? asked : wait));
            return null;
        }

        (parked.Status, parked.NextAttemptAt, parked.DeadAt) = (ParkedStatus.Dead, null, clock.Now);
        // That a handler of dead letters made a dead letter is told no further: it would be handled by the same handler.
        return string.Equals(parked.EventType, DeadLetterType, StringComparison.Ordinal)
            ? null
            : new(key.Subscription, parked.EventId, parked.EventType, parked.StreamType, parked.StreamId, parked.Attempts, FirstLine(parked.Error));
    }

    /// <summary>Tells of a failed attempt that is committed.</summary>
    public void Report(ParkedEvent parked, Exception exception)
    {
        var tag = new KeyValuePair<string, object?>("subscription", key.Subscription);
        if (parked.Status == ParkedStatus.Dead)
        {
            Instrumentation.DeadLetters.Add(1, tag);
            Died(key, parked.EventType, parked.EventId, parked.Attempts, FirstLine(parked.Error!));
        }
        else
        {
            Instrumentation.EventsParked.Add(1, tag);
            Failed(key, parked.EventType, parked.EventId, parked.Attempts, parked.NextAttemptAt!.Value, exception is ProcessEndedException ? null : exception);
        }
    }

    private bool IsFinal(ParkedEvent parked, Exception exception) => exception is ProcessEndedException
        ? parked.Crashes >= policy.MaxCrashes
        : policy.IsPermanent(exception) || parked.Attempts - parked.Crashes >= policy.MaxAttempts;

    private static string Describe(Exception exception, int crashes)
    {
        var text = exception switch
        {
            ProcessEndedException => $"The process ended while this was being handled{(crashes > 1 ? $", {crashes} times" : "")}.",
            UnreadableEventException => exception.Message,
            _ => exception.ToString(),
        };
        return text.Length <= ParkedEventConfiguration.MaxErrorLength ? text : text[..ParkedEventConfiguration.MaxErrorLength];
    }

    private static string FirstLine(string text)
    {
        var line = text.ReplaceLineEndings("\n").Split('\n')[0];
        return line.Length <= 500 ? line : line[..500];
    }

    [LoggerMessage(1, LogLevel.Warning, "{Cursor}: {EventType} {EventId} failed in attempt {Attempt}; the next is at {NextAttemptAt:O}")]
    private partial void Failed(CursorKey cursor, string eventType, Guid eventId, int attempt, DateTimeOffset nextAttemptAt, Exception? exception);

    [LoggerMessage(2, LogLevel.Error, "{Cursor}: {EventType} {EventId} is a dead letter after {Attempts} attempts: {Reason}")]
    private partial void Died(CursorKey cursor, string eventType, Guid eventId, int attempts, string reason);
}

/// <summary>The process ended in the middle of an attempt.</summary>
internal sealed class ProcessEndedException() : Exception("The process ended while this was being handled.");

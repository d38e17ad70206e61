using TaskManagement.Domain.Alerts.Events;
using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Alerts;

/// <summary>
/// One kind of failure that someone should look at: how often it occurred, and when it was last said. It is no aggregate; that it was said is an
/// event, <see cref="AlertRaised"/>, and how often it occurred follows from the events that told of each failure.
/// </summary>
public sealed class Alert
{
    /// <summary>The longest source, in characters; what is longer is cut off.</summary>
    public const int MaxSourceLength = 200;

    /// <summary>The longest code, in characters; what is longer is cut off.</summary>
    public const int MaxCodeLength = 100;

    /// <summary>The longest summary, in characters; what is longer is cut off.</summary>
    public const int MaxSummaryLength = 1000;

    private Alert()
    {
    }

    /// <summary>The id, which follows from source and code.</summary>
    public Guid Id { get; private set; }

    /// <summary>What failed.</summary>
    public string Source { get; private set; } = "";

    /// <summary>In which way.</summary>
    public string Code { get; private set; } = "";

    /// <summary>What was said of the last failure.</summary>
    public string Summary { get; private set; } = "";

    /// <summary>How much it matters.</summary>
    public AlertSeverity Severity { get; private set; }

    /// <summary>How often it occurred.</summary>
    public long Count { get; private set; }

    /// <summary>How often it occurred since it was last said.</summary>
    public long Repeated { get; private set; }

    /// <summary>When it occurred first, in UTC.</summary>
    public DateTimeOffset FirstAt { get; private set; }

    /// <summary>When it occurred last, in UTC.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>The occurrence that was last said, in UTC.</summary>
    public DateTimeOffset RaisedAt { get; private set; }

    /// <summary>What is the same for all failures of one kind.</summary>
    public static string KeyOf(IFailure failure) => $"{Cut(failure.Source, MaxSourceLength)}|{Cut(failure.Code, MaxCodeLength)}";

    /// <summary>A kind of failure that has not occurred yet.</summary>
    /// <param name="id">The id that follows from its key.</param>
    /// <param name="failure">The first of its kind.</param>
    public static Alert Of(Guid id, IFailure failure) => new()
    {
        Id = id,
        Source = Cut(failure.Source, MaxSourceLength),
        Code = Cut(failure.Code, MaxCodeLength),
        FirstAt = failure.OccurredAt,
    };

    /// <summary>Counts a failure; returns what is to be said, unless it was said within the window before it.</summary>
    public AlertRaised? Occur(IFailure failure, TimeSpan window)
    {
        var isFirst = Count == 0;
        Count++;
        Summary = Cut(failure.Summary, MaxSummaryLength);
        Severity = failure.Severity;
        // Failures of different aggregates may be told of in another order than they happened in.
        (FirstAt, LastAt) = (Earlier(FirstAt, failure.OccurredAt), isFirst ? failure.OccurredAt : Later(LastAt, failure.OccurredAt));
        if (!isFirst && failure.OccurredAt < RaisedAt + window)
        {
            Repeated++;
            return null;
        }

        var raised = new AlertRaised(KeyOf(failure), Severity, Source, Code, Summary, Repeated);
        (RaisedAt, Repeated) = (failure.OccurredAt, 0);
        return raised;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

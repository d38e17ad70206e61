using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>The kinds of streams that hold facts and no changes of an aggregate.</summary>
public static class FactStreams
{
    /// <summary>What operators and the engine do with a subscription; a stream for each.</summary>
    public const string Subscription = "subscription";

    /// <summary>What became of a command that was not carried out; a stream for each.</summary>
    public const string Command = "command";

    /// <summary>The alerts about one kind of failure; a stream for each kind.</summary>
    public const string Alert = "alert";

    /// <summary>The CloudEvents that came in; a stream for each subject of each source.</summary>
    public const string CloudEvent = "cloud_event";

    /// <summary>What was done with an access token; a stream for each.</summary>
    public const string Token = "token";

    /// <summary>What was done with an account; a stream for each, and one for each attempt at an account that there is not.</summary>
    public const string User = "user";

    /// <summary>What was done with a session; a stream for each, and one for each attempt to begin one.</summary>
    public const string Session = "session";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Alert, CloudEvent, Command, Session, Subscription, Token, User];

    /// <summary>The id of the stream of something that has a name instead of an id: the same for the same name, on every node and for good.</summary>
    /// <param name="streamType">The kind of stream.</param>
    /// <param name="name">The name within that kind.</param>
    public static Guid IdOf(string streamType, string name) => NamedIds.Of(streamType, name);

    /// <summary>Records a fact about a subscription, in the transaction at hand.</summary>
    /// <param name="facts">Records it.</param>
    /// <param name="subscription">The name of the subscription.</param>
    /// <param name="fact">What happened.</param>
    /// <param name="cancellationToken">Ends the look-up of the stream's last version.</param>
    public static Task RecordOfSubscriptionAsync(
        this IFacts facts, string subscription, DomainEvent fact, CancellationToken cancellationToken) =>
        facts.RecordAsync(Subscription, IdOf(Subscription, subscription), fact, cancellationToken);
}

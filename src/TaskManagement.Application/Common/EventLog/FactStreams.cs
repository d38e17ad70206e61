using System.Security.Cryptography;
using System.Text;
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

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Alert, Command, Subscription];

    /// <summary>The id of the stream of something that has a name instead of an id: the same for the same name, on every node and for good.</summary>
    /// <param name="streamType">The kind of stream.</param>
    /// <param name="name">The name within that kind.</param>
    public static Guid IdOf(string streamType, string name)
    {
        // A UUID of version 8 (RFC 9562): the first 16 bytes of the hash, with version and variant written over.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{streamType}:{name}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash, bigEndian: true);
    }

    /// <summary>Records a fact about a subscription, in the transaction at hand.</summary>
    /// <param name="facts">Records it.</param>
    /// <param name="subscription">The name of the subscription.</param>
    /// <param name="fact">What happened.</param>
    /// <param name="cancellationToken">Ends the look-up of the stream's last version.</param>
    public static Task RecordOfSubscriptionAsync(
        this IFacts facts, string subscription, DomainEvent fact, CancellationToken cancellationToken) =>
        facts.RecordAsync(Subscription, IdOf(Subscription, subscription), fact, cancellationToken);
}

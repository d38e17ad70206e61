using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>Actors that are people.</summary>
internal static class People
{
    private const string Kind = "user:";

    /// <summary>The person that an actor is; null for tokens and the service itself.</summary>
    public static UserId? Person(this ActorId actor) =>
        actor.Value.StartsWith(Kind, StringComparison.Ordinal) && UserId.TryParse(actor.Value[Kind.Length..], out var person) ? person : null;
}

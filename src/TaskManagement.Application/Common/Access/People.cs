using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Common.Access;

/// <summary>Actors that are people.</summary>
public static class People
{
    private const string Kind = "user:";

    /// <summary>The person that an actor is; null for tokens and the service itself.</summary>
    public static UserId? Person(this ActorId actor) =>
        actor.Value.StartsWith(Kind, StringComparison.Ordinal) && UserId.TryParse(actor.Value[Kind.Length..], out var person) ? person : null;

    /// <summary>The person who makes the call.</summary>
    /// <exception cref="ForbiddenException"><c>auth.not_a_person</c>: it is made by a token of its own right, or by the service.</exception>
    public static UserId CallingPerson(this ICallContext call) =>
        call.Actor.Person() ?? throw new ForbiddenException("auth.not_a_person", "Only a person can do this: sign in, or use a token that a person issued.");
}

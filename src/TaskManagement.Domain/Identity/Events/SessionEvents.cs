using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Identity.Events;

/// <summary>Someone tried to sign in. Whether they could is the next event.</summary>
/// <param name="SessionId">The id that the session would have.</param>
/// <param name="UserId">Whose account it is; null if there is none.</param>
[EventType("session.sign_in_attempted", 1)]
public sealed record SessionSignInAttempted(Guid SessionId, Guid? UserId) : DomainEvent;

/// <summary>Someone signed in.</summary>
/// <param name="SessionId">The session that began.</param>
/// <param name="UserId">Who.</param>
[EventType("session.sign_in_succeeded", 1)]
public sealed record SessionSignInSucceeded(Guid SessionId, Guid UserId) : DomainEvent;

/// <summary>Someone could not sign in: the caller is not told why.</summary>
/// <param name="SessionId">The id that the session would have had.</param>
/// <param name="UserId">Whose account it is; null if there is none.</param>
/// <param name="Code">Why, as a stable code.</param>
[EventType("session.sign_in_failed", 1)]
public sealed record SessionSignInFailed(Guid SessionId, Guid? UserId, string Code) : DomainEvent;

/// <summary>Someone tried to continue a session. Whether they could is the next event.</summary>
/// <param name="SessionId">The session; a new id if the token is of none.</param>
/// <param name="UserId">Whose it is; null if the token is of none.</param>
[EventType("session.refresh_attempted", 1)]
public sealed record SessionRefreshAttempted(Guid SessionId, Guid? UserId) : DomainEvent;

/// <summary>A session goes on with new tokens; those before are void.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="UserId">Whose it is.</param>
[EventType("session.refresh_succeeded", 1)]
public sealed record SessionRefreshSucceeded(Guid SessionId, Guid UserId) : DomainEvent;

/// <summary>A session was not continued.</summary>
/// <param name="SessionId">The session; a new id if the token is of none.</param>
/// <param name="UserId">Whose it is; null if the token is of none.</param>
/// <param name="Code">Why, as a stable code: <c>token.reused</c> says that the token was used before, so that someone else has it too.</param>
[EventType("session.refresh_failed", 1)]
public sealed record SessionRefreshFailed(Guid SessionId, Guid? UserId, string Code) : DomainEvent;

/// <summary>A session was ended.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="UserId">Whose it was.</param>
/// <param name="Reason">Why.</param>
[EventType("session.ended", 1)]
public sealed record SessionEnded(Guid SessionId, Guid UserId, SessionEndReason Reason) : DomainEvent;

using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Identity.Events;

/// <summary>Someone asked for a new token. Whether it was issued is the next event.</summary>
/// <param name="TokenId">The id that it would have.</param>
/// <param name="Name">What it is to be called.</param>
/// <param name="Scopes">What it is to be good for.</param>
[EventType("token.issue_attempted", 1)]
public sealed record TokenIssueAttempted(Guid TokenId, string Name, IReadOnlyList<string> Scopes) : DomainEvent;

/// <summary>A new token was issued.</summary>
/// <param name="TokenId">Its id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Scopes">What it is good for.</param>
/// <param name="ExpiresAt">Until when it is accepted.</param>
[EventType("token.issue_succeeded", 1)]
public sealed record TokenIssueSucceeded(Guid TokenId, string Name, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt) : DomainEvent;

/// <summary>A new token was refused.</summary>
/// <param name="TokenId">The id that it would have had.</param>
/// <param name="Code">Why, as a stable code such as <c>token.already_exists</c>.</param>
[EventType("token.issue_failed", 1)]
public sealed record TokenIssueFailed(Guid TokenId, string Code) : DomainEvent;

/// <summary>
/// Someone came with a token that is, or was, known. Whether it was accepted is the next event. That one is accepted is told of the first
/// time, and again after a day without use; that one is refused, once an hour by each node.
/// </summary>
/// <param name="TokenId">Its id.</param>
[EventType("token.use_attempted", 1)]
public sealed record TokenUseAttempted(Guid TokenId) : DomainEvent;

/// <summary>A token was accepted, for the first time or for the first time after a day without use.</summary>
/// <param name="TokenId">Its id.</param>
[EventType("token.use_succeeded", 1)]
public sealed record TokenUseSucceeded(Guid TokenId) : DomainEvent;

/// <summary>A token was refused that was good once.</summary>
/// <param name="TokenId">Its id.</param>
/// <param name="Code">Why: <c>token.revoked</c>, <c>token.expired</c>, or <c>account.disabled</c> if nothing is accepted from its owner.</param>
[EventType("token.use_failed", 1)]
public sealed record TokenUseFailed(Guid TokenId, string Code) : DomainEvent;

/// <summary>A token was ended for good.</summary>
/// <param name="TokenId">Its id.</param>
/// <param name="Name">What it was called.</param>
[EventType("token.revoked", 1)]
public sealed record TokenRevoked(Guid TokenId, string Name) : DomainEvent;

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

/// <summary>A token was ended for good.</summary>
/// <param name="TokenId">Its id.</param>
/// <param name="Name">What it was called.</param>
[EventType("token.revoked", 1)]
public sealed record TokenRevoked(Guid TokenId, string Name) : DomainEvent;

using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Webhooks.Events;

/// <summary>A webhook came into being.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Origin">The scheme, host and port of its URL; the rest may be a secret.</param>
/// <param name="EventTypes">The types of events that it is called about, exact or prefixes.</param>
/// <param name="Description">What it is for, or null.</param>
/// <param name="IsActive">Whether it is called.</param>
[EventType("webhook.created", 1)]
public sealed record WebhookCreated(WebhookId WebhookId, string Origin, IReadOnlyList<string> EventTypes, string? Description, bool IsActive) : DomainEvent;

/// <summary>A webhook is called at another URL.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Before">The scheme, host and port before.</param>
/// <param name="After">The scheme, host and port after; the same if only the rest changed.</param>
[EventType("webhook.url_changed", 1)]
public sealed record WebhookUrlChanged(WebhookId WebhookId, string Before, string After) : DomainEvent;

/// <summary>A webhook is called about other events.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Before">The types before.</param>
/// <param name="After">The types after.</param>
[EventType("webhook.event_types_changed", 1)]
public sealed record WebhookEventTypesChanged(WebhookId WebhookId, IReadOnlyList<string> Before, IReadOnlyList<string> After) : DomainEvent;

/// <summary>The description of a webhook changed.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Before">The description before, or null.</param>
/// <param name="After">The description after, or null.</param>
[EventType("webhook.described", 1)]
public sealed record WebhookDescribed(WebhookId WebhookId, string? Before, string? After) : DomainEvent;

/// <summary>A webhook is called again, beginning with what it has missed.</summary>
/// <param name="WebhookId">The webhook.</param>
[EventType("webhook.enabled", 1)]
public sealed record WebhookEnabled(WebhookId WebhookId) : DomainEvent;

/// <summary>A webhook is called no more. If no one asked for that, it is a failure that someone should look at.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Origin">The scheme, host and port of its URL.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What happened, or null.</param>
[EventType("webhook.disabled", 1)]
public sealed record WebhookDisabled(WebhookId WebhookId, string Origin, DisabledReason Reason, string? Detail) : DomainEvent, IFailure
{
    string IFailure.Source => $"webhook:{WebhookId}";

    string IFailure.Code => "webhook_disabled";

    string IFailure.Summary => $"The webhook to {Origin} is switched off. {Detail}";

    bool IFailure.IsExpected => Reason == DisabledReason.Request;

    AlertSeverity IFailure.Severity => AlertSeverity.Error;
}

/// <summary>A webhook has a new secret.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="PreviousUntil">Until when calls are signed with the one before as well, in UTC.</param>
[EventType("webhook.secret_rotated", 1)]
public sealed record WebhookSecretRotated(WebhookId WebhookId, DateTimeOffset PreviousUntil) : DomainEvent;

/// <summary>A webhook was deleted, for good.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Origin">The scheme, host and port of its URL.</param>
[EventType("webhook.deleted", 1)]
public sealed record WebhookDeleted(WebhookId WebhookId, string Origin) : DomainEvent;

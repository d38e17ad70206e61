using System.Text.Json.Serialization;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>A webhook as clients see it.</summary>
public sealed record WebhookDto : IVersioned
{
    /// <summary>The id, a UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where it is called.</summary>
    public required string Url { get; init; }

    /// <summary>The types of events that it is called about, exact or prefixes.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>What it is for, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>Whether it is called.</summary>
    public required bool Active { get; init; }

    /// <summary>Why it is not called; null if it is.</summary>
    public required DisabledReason? DisabledReason { get; init; }

    /// <summary>The first failed call since the last that succeeded, in UTC, or null.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>Until when calls are signed with the secret before the last rotation as well, in UTC, or null.</summary>
    public required DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <summary>
    /// What its calls are signed with, in the form of Standard Webhooks: whsec_ and a key in Base64. Shown once, to who creates the webhook or
    /// changes the secret, and else absent.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>The subscription that brings it its events: its lag, and what is parked, is seen and steered there.</summary>
    public required string Subscription { get; init; }

    /// <summary>The number of events in its history; also its ETag.</summary>
    public required long Version { get; init; }

    /// <summary>When it was created, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who created it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it last changed, in UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>A webhook as clients see it.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="endpoint">How it is reached.</param>
    /// <param name="showSecret">Whether its secret is shown.</param>
    public static WebhookDto From(Webhook webhook, WebhookEndpoint endpoint, bool showSecret = false) => new()
    {
        Id = webhook.Id.Value,
        Url = endpoint.Url,
        EventTypes = webhook.EventTypes.Split(','),
        Description = webhook.Description,
        Active = webhook.IsActive,
        DisabledReason = webhook.DisabledReason,
        FailingSince = endpoint.FailingSince,
        PreviousSecretUntil = endpoint.PreviousUntil,
        Secret = showSecret ? endpoint.Secret : null,
        Subscription = WebhookSubscription.NameOf(webhook.Id),
        Version = webhook.Version,
        CreatedAt = webhook.CreatedAt,
        CreatedBy = webhook.CreatedBy.Value,
        UpdatedAt = webhook.UpdatedAt,
    };
}

/// <summary>One call of a webhook.</summary>
public sealed record WebhookDeliveryDto
{
    /// <summary>The id, a UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>The webhook-id of the call: the same in every attempt to deliver one event.</summary>
    public required string MessageId { get; init; }

    /// <summary>The event that it was about.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The type of that event.</summary>
    public required string EventType { get; init; }

    /// <summary>The id of what that event is about.</summary>
    public required Guid Subject { get; init; }

    /// <summary>Which attempt to deliver the event it was, from 1; someone who has it retried begins anew.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether the answer was a 2xx.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>The status of the answer; null if there was none.</summary>
    public required int? ResponseStatus { get; init; }

    /// <summary>The first 4 KiB of the answer's body, or null.</summary>
    public required string? ResponseBody { get; init; }

    /// <summary>Why it failed; null if it succeeded.</summary>
    public required string? Error { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required int DurationMilliseconds { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

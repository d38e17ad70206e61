using TaskManagement.Domain.Common;
using TaskManagement.Domain.Webhooks.Events;

namespace TaskManagement.Domain.Webhooks;

/// <summary>Calls a receiver over HTTP about every event of some types. How it is reached is its <see cref="WebhookEndpoint"/>.</summary>
public sealed class Webhook : AggregateRoot
{
    /// <summary>The most patterns of event types.</summary>
    public const int MaxEventTypes = 20;

    /// <summary>What a description may hold: 1–500 characters on one line.</summary>
    public static readonly TextRule DescriptionRule = new("description", 500);

    private Webhook()
    {
    }

    /// <summary>The id.</summary>
    public WebhookId Id { get; private set; }

    /// <summary>The scheme, host and port of its URL.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>The types of events that it is called about, exact or prefixes, separated by commas.</summary>
    public string EventTypes { get; private set; } = "";

    /// <summary>What it is for, or null.</summary>
    public string? Description { get; private set; }

    /// <summary>Whether it is called.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Why it is not called; null if it is.</summary>
    public DisabledReason? DisabledReason { get; private set; }

    /// <inheritdoc />
    public override string StreamType => "webhook";

    /// <inheritdoc />
    public override Guid StreamId => Id.Value;

    /// <summary>Creates a webhook.</summary>
    public static Webhook Create(WebhookId id, WebhookUrl url, IReadOnlyList<string> eventTypes, string? description, bool isActive, ChangeStamp stamp)
    {
        var webhook = new Webhook();
        webhook.Raise(new WebhookCreated(id, url.Origin, eventTypes, description, isActive), stamp);
        return webhook;
    }

    /// <summary>The webhook that its events tell of; before the first one it is empty and has version 0.</summary>
    /// <exception cref="InvalidOperationException">The events do not follow each other from version 1.</exception>
    public static Webhook FromHistory(IEnumerable<PastEvent> history)
    {
        var webhook = new Webhook();
        foreach (var past in history)
            webhook.Replay(past);
        return webhook;
    }

    /// <summary>Records that it is called at another URL.</summary>
    public void MoveTo(WebhookUrl url, ChangeStamp stamp) => Raise(new WebhookUrlChanged(Id, Origin, url.Origin), stamp);

    /// <summary>Changes what it is called about.</summary>
    public void TakeEventTypes(IReadOnlyList<string> eventTypes, ChangeStamp stamp)
    {
        if (!string.Equals(EventTypes, Joined(eventTypes), StringComparison.Ordinal))
            Raise(new WebhookEventTypesChanged(Id, EventTypes.Split(','), eventTypes), stamp);
    }

    /// <summary>Changes what it is said to be for.</summary>
    public void Describe(string? description, ChangeStamp stamp)
    {
        if (!string.Equals(Description, description, StringComparison.Ordinal))
            Raise(new WebhookDescribed(Id, Description, description), stamp);
    }

    /// <summary>Has it called again, beginning with what it has missed.</summary>
    public void Enable(ChangeStamp stamp)
    {
        if (!IsActive)
            Raise(new WebhookEnabled(Id), stamp);
    }

    /// <summary>Has it called no more, until it is enabled.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="detail">What happened, in a sentence, or null.</param>
    /// <param name="stamp">When.</param>
    public void Disable(DisabledReason reason, string? detail, ChangeStamp stamp)
    {
        if (IsActive)
            Raise(new WebhookDisabled(Id, Origin, reason, detail), stamp);
    }

    /// <summary>Records that it has a new secret.</summary>
    /// <param name="previousUntil">Until when the one before signs as well.</param>
    /// <param name="stamp">When.</param>
    public void RotateSecret(DateTimeOffset previousUntil, ChangeStamp stamp) => Raise(new WebhookSecretRotated(Id, previousUntil), stamp);

    /// <summary>Deletes it, for good.</summary>
    public void Delete(ChangeStamp stamp)
    {
        if (!IsDeleted)
            Raise(new WebhookDeleted(Id, Origin), stamp);
    }

    /// <inheritdoc />
    protected override void Apply(IDomainEvent happened)
    {
        switch (happened)
        {
            case WebhookCreated created:
                (Id, Origin, EventTypes, Description) = (created.WebhookId, created.Origin, Joined(created.EventTypes), created.Description);
                (IsActive, DisabledReason) = (created.IsActive, created.IsActive ? null : Webhooks.DisabledReason.Request);
                break;
            case WebhookUrlChanged moved:
                Origin = moved.After;
                break;
            case WebhookEventTypesChanged changed:
                EventTypes = Joined(changed.After);
                break;
            case WebhookDescribed described:
                Description = described.After;
                break;
            case WebhookEnabled:
                (IsActive, DisabledReason) = (true, null);
                break;
            case WebhookDisabled disabled:
                (IsActive, DisabledReason) = (false, disabled.Reason);
                break;
            case WebhookSecretRotated:
                break;
            case WebhookDeleted:
                DeletedAt = happened.OccurredAt;
                break;
            default:
                throw Unknown(happened);
        }
    }

    private static string Joined(IReadOnlyList<string> eventTypes) => string.Join(',', eventTypes);
}

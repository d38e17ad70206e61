using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Webhooks;

/// <summary>The id of a webhook.</summary>
/// <param name="Value">A UUID; version 7 where this service makes it.</param>
public readonly record struct WebhookId(Guid Value) : IEntityId<WebhookId>, IComparable<WebhookId>
{
    /// <summary>A new UUIDv7.</summary>
    public static WebhookId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static WebhookId From(Guid value) => new(value);

    /// <summary>Reads a UUID in its canonical form of 36 characters.</summary>
    public static bool TryParse(string? text, out WebhookId id)
    {
        var read = Uuids.TryParse(text, out var value);
        id = new(value);
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(WebhookId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by UUID.</summary>
    public static bool operator <(WebhookId left, WebhookId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >(WebhookId left, WebhookId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator <=(WebhookId left, WebhookId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >=(WebhookId left, WebhookId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}

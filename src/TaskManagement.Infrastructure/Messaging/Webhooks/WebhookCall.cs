using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>The record of one call of a webhook.</summary>
internal sealed class WebhookCall
{
    public required Guid Id { get; init; }

    public required WebhookId WebhookId { get; init; }

    public required Guid EventId { get; init; }

    public required string EventType { get; init; }

    public required Guid Subject { get; init; }

    /// <summary>The place of the event in the log; null of a test.</summary>
    public required long? Position { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset At { get; init; }

    public int DurationMilliseconds { get; set; }

    public int? ResponseStatus { get; set; }

    public string? ResponseBody { get; set; }

    /// <summary>Why it failed; null if it succeeded.</summary>
    public string? Error { get; set; }

    /// <summary>The webhook-id of calls about an event.</summary>
    public static string MessageIdOf(Guid eventId, WebhookId webhook) => $"{eventId}_{webhook}";

    public WebhookDeliveryDto ToDto() => new()
    {
        Id = Id,
        MessageId = MessageIdOf(EventId, WebhookId),
        EventId = EventId,
        EventType = EventType,
        Subject = Subject,
        Attempt = Attempt,
        Succeeded = Error is null,
        ResponseStatus = ResponseStatus,
        ResponseBody = ResponseBody,
        Error = Error,
        DurationMilliseconds = DurationMilliseconds,
        At = At,
    };
}

internal sealed class WebhookCallConfiguration : IEntityTypeConfiguration<WebhookCall>
{
    /// <summary>The longest error kept, in characters.</summary>
    public const int MaxErrorLength = 1000;

    public void Configure(EntityTypeBuilder<WebhookCall> builder)
    {
        builder.ToTable("webhook_calls");
        builder.HasKey(call => call.Id);
        builder.Property(call => call.Id).ValueGeneratedNever();
        builder.Property(call => call.EventType).HasMaxLength(100);
        builder.Property(call => call.Error).HasMaxLength(MaxErrorLength);
        builder.HasIndex(call => new { call.WebhookId, call.At, call.Id });
        builder.HasIndex(call => call.At);
    }
}

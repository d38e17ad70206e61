using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.Persistence.Configurations;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> builder)
    {
        builder.ToTable("webhooks");
        builder.HasKey(webhook => webhook.Id);
        builder.Property(webhook => webhook.Id).ValueGeneratedNever();
        builder.ConfigureAggregate();
        builder.Property(webhook => webhook.Origin).HasMaxLength(WebhookUrl.MaxLength);
        builder.Property(webhook => webhook.EventTypes).HasMaxLength(4000);
        builder.Property(webhook => webhook.Description).HasMaxLength(1000);
        builder.Property(webhook => webhook.DisabledReason).HasMaxLength(20)
            .HasConversion(reason => Words<DisabledReason>.Of(reason!.Value), word => Parse(word));
        builder.HasIndex(webhook => new { webhook.CreatedAt, webhook.Id }).HasFilter(AggregateConfiguration.NotDeleted);
    }

    private static DisabledReason? Parse(string word) =>
        Words<DisabledReason>.TryParse(word, out var reason) ? reason : throw new FormatException($"'{word}' is no reason why a webhook is not called.");
}

internal sealed class WebhookEndpointConfiguration : IEntityTypeConfiguration<WebhookEndpoint>
{
    public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
    {
        builder.ToTable("webhook_endpoints");
        builder.HasKey(endpoint => endpoint.Id);
        builder.Property(endpoint => endpoint.Id).ValueGeneratedNever();
        builder.Property(endpoint => endpoint.Url).HasMaxLength(WebhookUrl.MaxLength);
        builder.Property(endpoint => endpoint.Secret).HasMaxLength(100);
        builder.Property(endpoint => endpoint.PreviousSecret).HasMaxLength(100);
        builder.HasOne<Webhook>().WithOne().HasForeignKey<WebhookEndpoint>(endpoint => endpoint.Id).OnDelete(DeleteBehavior.Restrict);
    }
}

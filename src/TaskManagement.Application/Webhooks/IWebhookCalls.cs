using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Which addresses may be called: none of the service's own network, unless it is allowed.</summary>
public interface IWebhookAddresses
{
    /// <summary>Says why a URL must not be called, or null. It looks up the name, which takes up to some seconds.</summary>
    Task<ValueError?> CheckAsync(WebhookUrl url, CancellationToken cancellationToken);
}

/// <summary>Calls webhooks.</summary>
public interface IWebhookCalls
{
    /// <summary>Calls a webhook about an event that is made up for the purpose and no part of the log, and keeps a record of it.</summary>
    Task<WebhookDeliveryDto> TestAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken);
}

/// <summary>The records of calls.</summary>
public interface IWebhookDeliveries
{
    /// <summary>Calls of a webhook, the latest first.</summary>
    /// <param name="filter">What they must be.</param>
    /// <param name="before">When the call began, and its id, before which to begin; null for the latest.</param>
    /// <param name="limit">The most to return.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<WebhookDeliveryDto>> ListAsync(WebhookDeliveryFilter filter, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellationToken);

    /// <summary>One call of a webhook, and the place in the log of the event it was about; null if that is not in the log.</summary>
    /// <exception cref="NotFoundException">There is no such call, or no more.</exception>
    Task<(WebhookDeliveryDto Delivery, long? Position)> GetAsync(WebhookId webhook, Guid id, CancellationToken cancellationToken);

    /// <summary>The id by which an event is parked for a webhook, or null.</summary>
    Task<long?> FindParkedAsync(WebhookId webhook, Guid eventId, CancellationToken cancellationToken);
}

/// <summary>What calls of a webhook must be; what is null does not matter.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Succeeded">Whether they succeeded.</param>
/// <param name="Event">About this event.</param>
public sealed record WebhookDeliveryFilter(WebhookId Webhook, bool? Succeeded = null, Guid? Event = null);

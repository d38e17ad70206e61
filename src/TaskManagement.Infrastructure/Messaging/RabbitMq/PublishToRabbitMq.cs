using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.Messaging.RabbitMq;

/// <summary>Publishes every event to a broker, as it was recorded, in the order of the log.</summary>
[Subscription("rabbitmq", BatchSize = 200, TimeLimitSeconds = 900, Replayable = true)]
internal sealed class PublishToRabbitMq(RabbitMqPublisher publisher) : IBatchHandler
{
    public async Task<IReadOnlyList<FailedEvent>> HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken)
    {
        await publisher.PublishAsync([.. batch.Select(committed => committed.Logged)], cancellationToken);
        return [];
    }
}

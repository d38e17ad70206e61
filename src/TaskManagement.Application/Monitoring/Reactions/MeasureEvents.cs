using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Monitoring.Reactions;

/// <summary>Counts every event by its type, and measures how long it was on its way from its occurrence to a handler.</summary>
[Subscription("measure-events", BatchSize = 500, AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MeasureEvents(TimeProvider clock) : INotificationHandler<Committed<IDomainEvent>>
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken)
    {
        var logged = notification.Logged;
        var type = new KeyValuePair<string, object?>("event", logged.Type);
        Instrumentation.EventsHandled.Add(1, type);
        // Another node's clock may be ahead of this one's.
        Instrumentation.EventLatency.Record(Math.Max(0, (clock.GetUtcNow() - logged.OccurredAt).TotalSeconds), type);
        return Task.CompletedTask;
    }
}

using MediatR;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Alerts.Reactions;

/// <summary>Raises an alert about each kind of failure that no one expected, once per window however often it occurs.</summary>
[Subscription("alerts")]
internal sealed partial class RaiseAlerts(IAlertRepository alerts, IFacts facts, ILogger<RaiseAlerts> logger) : INotificationHandler<Committed<IFailure>>
{
    public async Task Handle(Committed<IFailure> notification, CancellationToken cancellationToken)
    {
        var failure = notification.Event;
        if (!AlertRules.Concerns(failure, notification.Delivery.Subscription))
            return;
        var key = Alert.KeyOf(failure);
        var id = FactStreams.IdOf(FactStreams.Alert, key);
        if (await alerts.FindAsync(id, cancellationToken) is not { } alert)
            alerts.Add(alert = Alert.Of(id, failure));
        if (alert.Occur(failure, alerts.Window) is not { } raised)
            return;
        await facts.RecordAsync(FactStreams.Alert, id, raised, cancellationToken);
        Raised(id, raised.Source, raised.Code, raised.Summary, raised.Repeated, failure.EventId);
    }

    [LoggerMessage(1, LogLevel.Error, "Alert {AlertId} about {Source}, {Code}: {Summary} (event {EventId}; {Repeated} more since the last alert)", EventName = "alert_raised")]
    private partial void Raised(Guid alertId, string source, string code, string summary, long repeated, Guid eventId);
}

using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Monitoring.Reactions;

/// <summary>Measures how long a task took from its creation to its completion.</summary>
[Subscription("measure-completion-time", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MeasureCompletionTime(IEventLog log) : INotificationHandler<Committed<TaskCompleted>>
{
    public async Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken)
    {
        var logged = notification.Logged;
        if (await log.ReadStreamAsync(logged.StreamType, logged.StreamId, afterVersion: 0, limit: 1, cancellationToken) is [var created])
            Instrumentation.CompletionTime.Record(Math.Max(0, (logged.OccurredAt - created.OccurredAt).TotalSeconds));
    }
}

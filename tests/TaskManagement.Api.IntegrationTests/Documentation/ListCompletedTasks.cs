using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Tasks.Reactions;

/// <summary>Keeps a list of what was completed, in a file.</summary>
[Subscription("completed-list", MaxAttempts = 5, Replayable = true)]
internal sealed class ListCompletedTasks : INotificationHandler<Committed<TaskCompleted>>
{
    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) => File.AppendAllTextAsync(
        Path.Combine(Path.GetTempPath(), "completed-tasks.txt"),
        $"{notification.Event.Title}, event {notification.Logged.EventId}\n",
        cancellationToken);
}

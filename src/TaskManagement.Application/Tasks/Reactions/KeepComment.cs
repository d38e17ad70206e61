using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Tasks.Reactions;

/// <summary>Keeps a comment where comments are read, in the same transaction: no task has to be loaded with all that was ever said about it.</summary>
internal sealed class KeepComment(ITaskComments comments, IChangeStamps stamps) : INotificationHandler<TaskCommented>
{
    public Task Handle(TaskCommented notification, CancellationToken cancellationToken)
    {
        comments.Add(TaskComment.Of(notification, stamps.Now().By));
        return Task.CompletedTask;
    }
}

using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Workflow.Reactions;

/// <summary>
/// Creates a follow-up of a completed task that has a label such as <c>follow-up:10d</c>: in the same project, for the same person, due so
/// many days after the completion.
/// </summary>
// A rule that is against it, such as an archived project's, stays against it: no further attempt makes sense.
[Subscription("create-follow-up-task", AfterDeadLetter = AfterDeadLetter.Continue, PermanentExceptions = [typeof(DomainException)])]
internal sealed class CreateFollowUpTask(ISender sender, IReadDatabase database) : INotificationHandler<Committed<TaskCompleted>>
{
    public async Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken)
    {
        var completed = notification.Event;
        if (await database.FindTaskAsync(completed.TaskId, cancellationToken) is not { DeletedAt: null } task
            || FollowUp.DaysOf(task.Labels.Select(label => label.Name)) is not { } days)
            return;
        var due = DateOnly.FromDateTime(completed.CompletedAt.UtcDateTime).AddDays(days);
        var command = FollowUp.After(completed.EventId, TaskDto.From(task), due);
        var id = new TaskId(command.Id!.Value);
        if (!await database.Tasks.AnyAsync(existing => existing.Id == id, cancellationToken))
            await sender.Send(command, cancellationToken);
    }
}

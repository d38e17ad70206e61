using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Has the caller, who must be a person, told what happens to a task from now on. Who watches it already goes on.</summary>
/// <param name="TaskId">The task.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record WatchTask(TaskId TaskId) : ICommand<TaskWatcherDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class WatchTaskValidator : AbstractValidator<WatchTask>;

internal sealed class WatchTaskHandler(IReadDatabase database, ITaskWatchers watchers, ICallContext call, IChangeStamps stamps)
    : IRequestHandler<WatchTask, Saved<TaskWatcherDto>>
{
    public async Task<Saved<TaskWatcherDto>> Handle(WatchTask request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        await database.EnsureShownAsync(request.TaskId, cancellationToken);
        var watcher = await watchers.FindAsync(request.TaskId, person, cancellationToken);
        if (watcher is null)
            watchers.Add(watcher = new(request.TaskId, person, stamps.Now().At));
        return Saved.As(() => new TaskWatcherDto(person.Value, watcher.Since));
    }
}

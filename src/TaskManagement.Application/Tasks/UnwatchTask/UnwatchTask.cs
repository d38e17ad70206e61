using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Has the caller, who must be a person, told no more what happens to a task. Answers whether they were until now.</summary>
/// <param name="TaskId">The task.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record UnwatchTask(TaskId TaskId) : ICommand<bool>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class UnwatchTaskValidator : AbstractValidator<UnwatchTask>;

internal sealed class UnwatchTaskHandler(IReadDatabase database, ITaskWatchers watchers, ICallContext call) : IRequestHandler<UnwatchTask, Saved<bool>>
{
    public async Task<Saved<bool>> Handle(UnwatchTask request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        await database.EnsureShownAsync(request.TaskId, cancellationToken);
        var watcher = await watchers.FindAsync(request.TaskId, person, cancellationToken);
        if (watcher is not null)
            watchers.Remove(watcher);
        return Saved.As(() => watcher is not null);
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Creates a pending task.</summary>
/// <param name="Title">1–300 characters after trimming, no control characters.</param>
/// <param name="Id">A UUID of the caller's choice; a new UUIDv7 if absent.</param>
/// <param name="Description">Markdown, up to 64 KiB.</param>
/// <param name="Priority">none if absent.</param>
/// <param name="Due">A date, a local time in a time zone, or a floating local time.</param>
/// <param name="Labels">At most 50 of 1–50 characters; those that differ only in case count once.</param>
/// <param name="AssigneeId">The person to assign it to.</param>
/// <param name="ProjectId">The project to create it in, which gives it its key.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Editor)]
public sealed record CreateTask(
    string Title,
    Guid? Id = null,
    string? Description = null,
    TaskPriority? Priority = null,
    DueDate? Due = null,
    IReadOnlyList<string?>? Labels = null,
    Guid? AssigneeId = null,
    Guid? ProjectId = null) : ICommand<TaskDto>, IEntersProject
{
    Optional<Guid?> IEntersProject.EnteredProject => new(ProjectId);
}

internal sealed class CreateTaskValidator : AbstractValidator<CreateTask>
{
    public CreateTaskValidator()
    {
        RuleFor(c => c.Id).IsUsableId();
        RuleFor(c => c.Title).Passes(TaskTitle.Rule.Check);
        RuleFor(c => c.Description).PassesIfPresent(TaskDescription.Rule.Check);
        RuleFor(c => c.Labels).AreLabels();
    }
}

internal sealed class CreateTaskHandler(ITaskRepository tasks, IProjectRepository projects, IChangeStamps stamps)
    : IRequestHandler<CreateTask, Saved<TaskDto>>
{
    public async Task<Saved<TaskDto>> Handle(CreateTask request, CancellationToken cancellationToken)
    {
        var project = await projects.EnterAsync(request.ProjectId, mustTakeOpenTasks: true, cancellationToken);
        var task = TaskItem.Create(
            request.Id is { } id ? new(id) : TaskId.New(),
            TaskTitle.From(request.Title),
            TaskDescription.From(request.Description),
            request.Priority ?? TaskPriority.None,
            request.Due,
            (request.Labels ?? []).Select(TaskLabel.From),
            request.AssigneeId is { } assignee ? new UserId(assignee) : null,
            project,
            stamps.Now());
        tasks.Add(task);
        return Saved.As(() => TaskDto.From(task));
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Changes the members that are present and leaves the others alone; null clears.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
/// <param name="Patch">The changes.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Editor)]
public sealed record UpdateTask(TaskId TaskId, long? ExpectedVersion, TaskPatch Patch) : ICommand<TaskDto>, IConcerns, IEntersProject
{
    Resource IConcerns.Resource => Resource.Of(TaskId);

    Optional<Guid?> IEntersProject.EnteredProject => Patch.ProjectId;
}

/// <summary>What may be changed of a task. Its status changes by start, complete, cancel and reopen.</summary>
public sealed record TaskPatch
{
    /// <summary>1–300 characters after trimming, no control characters; can't be cleared.</summary>
    public Optional<string> Title { get; init; }

    /// <summary>Markdown, up to 64 KiB.</summary>
    public Optional<string> Description { get; init; }

    /// <summary>null sets none.</summary>
    public Optional<TaskPriority?> Priority { get; init; }

    /// <summary>A date, a local time in a time zone, or a floating local time.</summary>
    public Optional<DueDate> Due { get; init; }

    /// <summary>All the labels: at most 50 of 1–50 characters.</summary>
    public Optional<IReadOnlyList<string?>> Labels { get; init; }

    /// <summary>The person to assign it to.</summary>
    public Optional<Guid?> AssigneeId { get; init; }

    /// <summary>The project to move it to, which gives it a new key.</summary>
    public Optional<Guid?> ProjectId { get; init; }
}

internal sealed class UpdateTaskValidator : AbstractValidator<UpdateTask>
{
    public UpdateTaskValidator()
    {
        RuleFor(c => c.Patch.Title).PassesIfPresent(TaskTitle.Rule.Check);
        RuleFor(c => c.Patch.Description).PassesIfPresent(TaskDescription.Rule.Check);
        RuleFor(c => c.Patch.Labels).AreLabels();
    }
}

internal sealed class UpdateTaskHandler(ITaskRepository tasks, IProjectRepository projects, IChangeStamps stamps)
    : IRequestHandler<UpdateTask, Saved<TaskDto>>
{
    public async Task<Saved<TaskDto>> Handle(UpdateTask request, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(request.TaskId, request.ExpectedVersion, cancellationToken);
        var patch = request.Patch;
        var stamp = stamps.Now();

        if (patch.Title.IsPresent || patch.Description.IsPresent)
        {
            task.Describe(
                TaskTitle.From(patch.Title.IsPresent ? patch.Title.Value : task.Title),
                TaskDescription.From(patch.Description.IsPresent ? patch.Description.Value : task.Description),
                stamp);
        }

        if (patch.Priority.IsPresent)
            task.Prioritize(patch.Priority.Value ?? TaskPriority.None, stamp);
        if (patch.Due.IsPresent)
            task.Reschedule(patch.Due.Value, stamp);
        if (patch.Labels.IsPresent)
            task.Relabel((patch.Labels.Value ?? []).Select(TaskLabel.From), stamp);
        if (patch.AssigneeId.IsPresent)
            task.Assign(patch.AssigneeId.Value is { } assignee ? new UserId(assignee) : null, stamp);
        if (patch.ProjectId.IsPresent && patch.ProjectId.Value != task.ProjectId?.Value)
            task.Move(await projects.EnterAsync(patch.ProjectId.Value, mustTakeOpenTasks: task.IsOpen, cancellationToken), stamp);

        return Saved.As(() => TaskDto.From(task));
    }
}

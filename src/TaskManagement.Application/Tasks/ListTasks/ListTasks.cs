using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Lists tasks: those that pass every filter that is set.</summary>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record ListTasks : IQuery<Page<TaskDto>>
{
    /// <summary>Any of these; empty for all.</summary>
    public IReadOnlyList<TaskItemStatus> Status { get; init; } = [];

    /// <summary>Any of these; empty for all.</summary>
    public IReadOnlyList<TaskPriority> Priority { get; init; } = [];

    /// <summary>In this project.</summary>
    public ProjectId? ProjectId { get; init; }

    /// <summary>Assigned to this person.</summary>
    public UserId? AssigneeId { get; init; }

    /// <summary>With all of these labels, compared without case.</summary>
    public IReadOnlyList<string> Label { get; init; } = [];

    /// <summary>Due at or after this instant.</summary>
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>Due before this instant.</summary>
    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>Changed at or after this instant.</summary>
    public DateTimeOffset? UpdatedSince { get; init; }

    /// <summary>With this text in the title or the description, compared without case.</summary>
    public string? Text { get; init; }

    /// <summary>Whether deleted tasks are listed too.</summary>
    public bool IncludeDeleted { get; init; }

    /// <summary>One of <see cref="TaskSorts.All"/>.</summary>
    public string Sort { get; init; } = TaskSorts.Default;

    /// <summary>The most tasks to return.</summary>
    public int Limit { get; init; } = PageLimits.Default;

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }
}

internal sealed class ListTasksValidator : AbstractValidator<ListTasks>
{
    public ListTasksValidator()
    {
        RuleFor(q => q.Text).PassesIfPresent(SearchText.Rule.Check);
        RuleForEach(q => q.Label).Passes(TaskLabel.Rule.Check);
        RuleFor(q => q.Label.Count).LessThanOrEqualTo(TaskLabel.MaxPerTask).OverridePropertyName("Label")
            .WithErrorCode("labels.too_many").WithMessage($"A task has at most {TaskLabel.MaxPerTask} labels.");
        RuleFor(q => q.Limit).IsPageLimit();
        RuleFor(q => q.Sort).Must(TaskSorts.All.Contains).WithErrorCode("sort.unknown")
            .WithMessage($"The sort must be one of: {string.Join(", ", TaskSorts.All)}.");
    }
}

internal sealed class ListTasksHandler(IReadDatabase database, IConfigurationProvider projections) : IRequestHandler<ListTasks, Page<TaskDto>>
{
    public async Task<Page<TaskDto>> Handle(ListTasks request, CancellationToken cancellationToken)
    {
        var sort = TaskSorts.Of(request.Sort);
        var rows = await sort.Seek(Filter(database.Tasks, request), request.Sort, request.Cursor, request.Limit)
            .ProjectTo<TaskDto>(projections)
            .ToListAsync(cancellationToken);
        return sort.ToPage(rows, request.Sort, request.Limit);
    }

    private static IQueryable<TaskItem> Filter(IQueryable<TaskItem> tasks, ListTasks request)
    {
        if (!request.IncludeDeleted)
            tasks = tasks.Where(task => task.DeletedAt == null);
        if (request.Status.Count > 0)
            tasks = tasks.Where(task => request.Status.Contains(task.Status));
        if (request.Priority.Count > 0)
            tasks = tasks.Where(task => request.Priority.Contains(task.Priority));
        if (request.ProjectId is { } project)
            tasks = tasks.Where(task => task.ProjectId == project);
        if (request.AssigneeId is { } assignee)
            tasks = tasks.Where(task => task.AssigneeId == assignee);
        if (request.DueFrom is { } from)
            tasks = tasks.Where(task => task.DueAt >= from);
        if (request.DueBefore is { } before)
            tasks = tasks.Where(task => task.DueAt < before);
        if (request.UpdatedSince is { } since)
            tasks = tasks.Where(task => task.UpdatedAt >= since);
        foreach (var label in request.Label)
        {
            var key = TaskLabel.KeyOf(label);
            tasks = tasks.Where(task => task.Labels.Any(own => own.Key == key));
        }

        if (request.Text is { } raw)
        {
            var text = SearchText.Fold(raw);
            tasks = tasks.Where(task => task.Title.ToLower().Contains(text) || task.Description!.ToLower().Contains(text));
        }

        return tasks;
    }
}

using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Api.Tasks;

/// <summary>The filters, the sort and the page of a list of tasks.</summary>
internal sealed record ListTasksParameters
{
    [FromQuery(Name = "status"), Description("Any of these; may be repeated.")]
    public Word<TaskItemStatus>[]? Status { get; init; }

    [FromQuery(Name = "priority"), Description("Any of these; may be repeated.")]
    public Word<TaskPriority>[]? Priority { get; init; }

    [FromQuery(Name = "projectId"), Description("In this project.")]
    public ProjectId? ProjectId { get; init; }

    [FromQuery(Name = "assigneeId"), Description("Assigned to this person.")]
    public UserId? AssigneeId { get; init; }

    [FromQuery(Name = "label"), Description("With this label, compared without case; may be repeated, and then with all of them.")]
    public string[]? Label { get; init; }

    [FromQuery(Name = "dueFrom"), Description("Due at or after this instant, or the beginning of this date in UTC.")]
    public Instant? DueFrom { get; init; }

    [FromQuery(Name = "dueBefore"), Description("Due before this instant, or the beginning of this date in UTC.")]
    public Instant? DueBefore { get; init; }

    [FromQuery(Name = "updatedSince"), Description("Changed at or after this instant, or the beginning of this date in UTC.")]
    public Instant? UpdatedSince { get; init; }

    [FromQuery(Name = "text"), Description("With this text in the title or the description, compared without case.")]
    public string? Text { get; init; }

    [FromQuery(Name = "includeDeleted"), Description("Whether deleted tasks are listed too.")]
    public bool? IncludeDeleted { get; init; }

    [FromQuery(Name = "sort"), Description("created, updated, due or priority; a minus sign before it reverses it. Tasks without a due date count as due after all others.")]
    public string? Sort { get; init; }

    [FromQuery(Name = "limit"), Description("The most tasks to return, 1 to 200.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before, with the same sort and filters.")]
    public string? Cursor { get; init; }

    public ListTasks ToQuery() => new()
    {
        Status = [.. (Status ?? []).Select(word => word.Value)],
        Priority = [.. (Priority ?? []).Select(word => word.Value)],
        ProjectId = ProjectId,
        AssigneeId = AssigneeId,
        Label = Label ?? [],
        DueFrom = DueFrom?.Value,
        DueBefore = DueBefore?.Value,
        UpdatedSince = UpdatedSince?.Value,
        Text = Text,
        IncludeDeleted = IncludeDeleted ?? false,
        Sort = Sort ?? TaskSorts.Default,
        Limit = Limit ?? PageLimits.Default,
        Cursor = Cursor,
    };
}

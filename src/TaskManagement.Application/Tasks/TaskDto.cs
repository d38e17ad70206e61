using AutoMapper;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>A task as clients see it.</summary>
public sealed record TaskDto : IVersioned
{
    /// <summary>The id, a UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>The key within its project, such as OPS-42; null outside a project.</summary>
    public required string? Key { get; init; }

    /// <summary>The title, 1–300 characters.</summary>
    public required string Title { get; init; }

    /// <summary>The description in Markdown, up to 64 KiB, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>Where it stands in its workflow.</summary>
    public required TaskItemStatus Status { get; init; }

    /// <summary>How urgent it is.</summary>
    public required TaskPriority Priority { get; init; }

    /// <summary>When it is due, in the form it was said in, or null.</summary>
    public required DueDate? Due { get; init; }

    /// <summary>The instant of the due date, in UTC, or null.</summary>
    public required DateTimeOffset? DueAt { get; init; }

    /// <summary>The labels, in alphabetical order without case.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The person it is assigned to, or null.</summary>
    public required Guid? AssigneeId { get; init; }

    /// <summary>The project, or null.</summary>
    public required Guid? ProjectId { get; init; }

    /// <summary>The number of events in its history; also its ETag.</summary>
    public required long Version { get; init; }

    /// <summary>When it was created, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who created it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it last changed, in UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was completed, in UTC; null unless it is.</summary>
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When it was deleted, in UTC; null unless it is.</summary>
    public required DateTimeOffset? DeletedAt { get; init; }

    /// <summary>A loaded task as clients see it: what the projection makes of the same task in the database.</summary>
    public static TaskDto From(TaskItem task) => new()
    {
        Id = task.Id.Value,
        Key = task.Key,
        Title = task.Title,
        Description = task.Description,
        Status = task.Status,
        Priority = task.Priority,
        Due = task.Due,
        DueAt = task.DueAt,
        Labels = [.. task.Labels.Select(label => label.Name)],
        AssigneeId = task.AssigneeId?.Value,
        ProjectId = task.ProjectId?.Value,
        Version = task.Version,
        CreatedAt = task.CreatedAt,
        CreatedBy = task.CreatedBy.Value,
        UpdatedAt = task.UpdatedAt,
        CompletedAt = task.CompletedAt,
        DeletedAt = task.DeletedAt,
    };
}

internal sealed class TaskProjection : Profile
{
    public TaskProjection() =>
        CreateProjection<TaskItem, TaskDto>()
            .ForMember(dto => dto.Id, map => map.MapFrom(task => task.Id.Value))
            .ForMember(dto => dto.AssigneeId, map => map.MapFrom(task => task.AssigneeId == null ? (Guid?)null : task.AssigneeId.Value.Value))
            .ForMember(dto => dto.ProjectId, map => map.MapFrom(task => task.ProjectId == null ? (Guid?)null : task.ProjectId.Value.Value))
            .ForMember(dto => dto.CreatedBy, map => map.MapFrom(task => task.CreatedBy.Value))
            .ForMember(dto => dto.Labels, map => map.MapFrom(task => task.Labels.OrderBy(label => label.Key).Select(label => label.Name)));
}

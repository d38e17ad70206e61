using AutoMapper;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>A project as clients see it.</summary>
public sealed record ProjectDto : IVersioned
{
    /// <summary>The id, a UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>The key, such as OPS, with which the keys of its tasks begin.</summary>
    public required string Key { get; init; }

    /// <summary>The name, 1–200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The number of events in its history; also its ETag.</summary>
    public required long Version { get; init; }

    /// <summary>When it was created, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who created it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it last changed, in UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was archived, in UTC; null unless it is.</summary>
    public required DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>When it was deleted, in UTC; null unless it is.</summary>
    public required DateTimeOffset? DeletedAt { get; init; }

    /// <summary>A loaded project as clients see it: what the projection makes of the same project in the database.</summary>
    public static ProjectDto From(Project project) => new()
    {
        Id = project.Id.Value,
        Key = project.Key,
        Name = project.Name,
        Version = project.Version,
        CreatedAt = project.CreatedAt,
        CreatedBy = project.CreatedBy.Value,
        UpdatedAt = project.UpdatedAt,
        ArchivedAt = project.ArchivedAt,
        DeletedAt = project.DeletedAt,
    };
}

internal sealed class ProjectProjection : Profile
{
    public ProjectProjection() =>
        CreateProjection<Project, ProjectDto>()
            .ForMember(dto => dto.Id, map => map.MapFrom(project => project.Id.Value))
            .ForMember(dto => dto.CreatedBy, map => map.MapFrom(project => project.CreatedBy.Value));
}

using System.Linq.Expressions;
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

namespace TaskManagement.Application.Projects;

/// <summary>Lists projects: those that pass every filter that is set.</summary>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record ListProjects : IQuery<Page<ProjectDto>>
{
    /// <summary>Only archived ones, or only others.</summary>
    public bool? Archived { get; init; }

    /// <summary>With this text in the name, compared without case.</summary>
    public string? Text { get; init; }

    /// <summary>Whether deleted projects are listed too.</summary>
    public bool IncludeDeleted { get; init; }

    /// <summary>One of <see cref="ProjectSorts.All"/>.</summary>
    public string Sort { get; init; } = ProjectSorts.Default;

    /// <summary>The most projects to return.</summary>
    public int Limit { get; init; } = PageLimits.Default;

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>The ways to sort projects. Each has an index.</summary>
public static class ProjectSorts
{
    /// <summary>By key.</summary>
    public const string Default = "key";

    private static readonly Dictionary<string, ListSort<Project, ProjectDto>> Sorts = new(StringComparer.Ordinal)
    {
        ["key"] = By(project => project.Key, dto => dto.Key, TryParseKey),
        ["created"] = By(project => project.CreatedAt, dto => CursorTime.Format(dto.CreatedAt), CursorTime.TryParse),
        ["updated"] = By(project => project.UpdatedAt, dto => CursorTime.Format(dto.UpdatedAt), CursorTime.TryParse),
    };

    /// <summary>All sorts; a minus sign before the name reverses it.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Sorts.Keys.SelectMany(name => new[] { name, "-" + name })];

    internal static ListSort<Project, ProjectDto> Of(string sort) => Sorts[sort.TrimStart('-')];

    private static ListSort<Project, ProjectDto> By<TKey>(
        Expression<Func<Project, TKey>> key, Func<ProjectDto, string> valueOf, Keyset<Project, TKey, ProjectId>.TryParse tryParse) =>
        new(new Keyset<Project, TKey, ProjectId>(key, project => project.Id, tryParse, ProjectId.From), valueOf, dto => dto.Id);

    private static bool TryParseKey(string text, out string key)
    {
        key = text;
        return ProjectKey.Check(text) is null;
    }
}

internal sealed class ListProjectsValidator : AbstractValidator<ListProjects>
{
    public ListProjectsValidator()
    {
        RuleFor(q => q.Text).PassesIfPresent(SearchText.Rule.Check);
        RuleFor(q => q.Limit).IsPageLimit();
        RuleFor(q => q.Sort).Must(ProjectSorts.All.Contains).WithErrorCode("sort.unknown")
            .WithMessage($"The sort must be one of: {string.Join(", ", ProjectSorts.All)}.");
    }
}

internal sealed class ListProjectsHandler(IReadDatabase database, IConfigurationProvider projections)
    : IRequestHandler<ListProjects, Page<ProjectDto>>
{
    public async Task<Page<ProjectDto>> Handle(ListProjects request, CancellationToken cancellationToken)
    {
        var sort = ProjectSorts.Of(request.Sort);
        var rows = await sort.Seek(Filter(database.Projects, request), request.Sort, request.Cursor, request.Limit)
            .ProjectTo<ProjectDto>(projections)
            .ToListAsync(cancellationToken);
        return sort.ToPage(rows, request.Sort, request.Limit);
    }

    private static IQueryable<Project> Filter(IQueryable<Project> projects, ListProjects request)
    {
        if (!request.IncludeDeleted)
            projects = projects.Where(project => project.DeletedAt == null);
        if (request.Archived is { } archived)
            projects = projects.Where(project => project.ArchivedAt != null == archived);
        if (request.Text is { } raw)
        {
            var text = SearchText.Fold(raw);
            projects = projects.Where(project => project.Name.ToLower().Contains(text));
        }

        return projects;
    }
}

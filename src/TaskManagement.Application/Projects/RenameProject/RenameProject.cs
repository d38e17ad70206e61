using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Changes the name, if the patch has one.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
/// <param name="Patch">The changes.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record RenameProject(ProjectId ProjectId, long? ExpectedVersion, ProjectPatch Patch) : ICommand<ProjectDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

/// <summary>What may be changed of a project.</summary>
public sealed record ProjectPatch
{
    /// <summary>1–200 characters after trimming, no control characters; can't be cleared.</summary>
    public Optional<string> Name { get; init; }
}

internal sealed class RenameProjectValidator : AbstractValidator<RenameProject>
{
    public RenameProjectValidator() => RuleFor(c => c.Patch.Name).PassesIfPresent(ProjectName.Rule.Check);
}

internal sealed class RenameProjectHandler(IProjectRepository projects, IChangeStamps stamps) : IRequestHandler<RenameProject, Saved<ProjectDto>>
{
    public async Task<Saved<ProjectDto>> Handle(RenameProject request, CancellationToken cancellationToken)
    {
        var project = await projects.GetAsync(request.ProjectId, request.ExpectedVersion, cancellationToken);
        if (request.Patch.Name.IsPresent)
            project.Rename(ProjectName.From(request.Patch.Name.Value), stamps.Now());
        return Saved.As(() => ProjectDto.From(project));
    }
}

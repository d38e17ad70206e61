using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Restores a deleted project as it was.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record RestoreProject(ProjectId ProjectId, long? ExpectedVersion = null) : ICommand<ProjectDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class RestoreProjectValidator : AbstractValidator<RestoreProject>;

internal sealed class RestoreProjectHandler(IProjectRepository projects, IChangeStamps stamps) : IRequestHandler<RestoreProject, Saved<ProjectDto>>
{
    public async Task<Saved<ProjectDto>> Handle(RestoreProject request, CancellationToken cancellationToken)
    {
        var project = await projects.GetLockedAsync(request.ProjectId, request.ExpectedVersion, cancellationToken);
        project.Restore(stamps.Now());
        return Saved.As(() => ProjectDto.From(project));
    }
}

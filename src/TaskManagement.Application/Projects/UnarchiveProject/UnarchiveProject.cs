using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Takes an archived project into use again.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record UnarchiveProject(ProjectId ProjectId, long? ExpectedVersion = null) : ICommand<ProjectDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class UnarchiveProjectValidator : AbstractValidator<UnarchiveProject>;

internal sealed class UnarchiveProjectHandler(IProjectRepository projects, IChangeStamps stamps) : IRequestHandler<UnarchiveProject, Saved<ProjectDto>>
{
    public async Task<Saved<ProjectDto>> Handle(UnarchiveProject request, CancellationToken cancellationToken)
    {
        var project = await projects.GetLockedAsync(request.ProjectId, request.ExpectedVersion, cancellationToken);
        project.Unarchive(stamps.Now());
        return Saved.As(() => ProjectDto.From(project));
    }
}

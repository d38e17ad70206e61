using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Archives a project; what becomes of its open tasks is said with the request.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
/// <param name="OpenTasks">Whether open tasks prevent it or are cancelled.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record ArchiveProject(ProjectId ProjectId, long? ExpectedVersion = null, OpenTasksPolicy OpenTasks = OpenTasksPolicy.Refuse) : ICommand<ProjectDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class ArchiveProjectValidator : AbstractValidator<ArchiveProject>;

internal sealed class ArchiveProjectHandler(IProjectRepository projects, IChangeStamps stamps) : IRequestHandler<ArchiveProject, Saved<ProjectDto>>
{
    public async Task<Saved<ProjectDto>> Handle(ArchiveProject request, CancellationToken cancellationToken)
    {
        var project = await projects.GetLockedAsync(request.ProjectId, request.ExpectedVersion, cancellationToken);
        project.Archive(request.OpenTasks, stamps.Now());
        return Saved.As(() => ProjectDto.From(project));
    }
}

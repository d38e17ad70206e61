using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Deletes a project that has no open tasks, until it is restored.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
/// <param name="Reason">Why, in 1–500 characters, or null.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record DeleteProject(ProjectId ProjectId, long? ExpectedVersion = null, string? Reason = null) : ICommand<ProjectDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class DeleteProjectValidator : AbstractValidator<DeleteProject>
{
    public DeleteProjectValidator() => RuleFor(c => c.Reason).PassesIfPresent(Domain.Common.Reason.Rule.Check);
}

internal sealed class DeleteProjectHandler(IProjectRepository projects, IChangeStamps stamps) : IRequestHandler<DeleteProject, Saved<ProjectDto>>
{
    public async Task<Saved<ProjectDto>> Handle(DeleteProject request, CancellationToken cancellationToken)
    {
        var project = await projects.GetLockedAsync(request.ProjectId, request.ExpectedVersion, cancellationToken);
        project.Delete(Reason.From(request.Reason), stamps.Now());
        return Saved.As(() => ProjectDto.From(project));
    }
}

using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Reads one project.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="IncludeDeleted">Whether a deleted project is shown.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record GetProject(ProjectId ProjectId, bool IncludeDeleted = false) : IQuery<ProjectDto>;

internal sealed class GetProjectValidator : AbstractValidator<GetProject>;

internal sealed class GetProjectHandler(IReadDatabase database, IConfigurationProvider projections) : IRequestHandler<GetProject, ProjectDto>
{
    public async Task<ProjectDto> Handle(GetProject request, CancellationToken cancellationToken) =>
        await database.Projects
            .Where(project => project.Id == request.ProjectId && (request.IncludeDeleted || project.DeletedAt == null))
            .ProjectTo<ProjectDto>(projections)
            .SingleOrDefaultAsync(cancellationToken)
        ?? throw new NotFoundException("project", request.ProjectId);
}

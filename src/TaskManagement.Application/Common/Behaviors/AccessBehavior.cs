using MediatR;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>Refuses what the caller may not do: by the scopes of the token, and then by what the caller is to the thing that the request is about.</summary>
internal sealed class AccessBehavior<TRequest, TResponse>(ICallContext call, IUnitOfWork unitOfWork, IStandings standings) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IBaseRequest
{
    private static readonly Lazy<RequiresAttribute> Declared = new(() => RequiresAttribute.Of(typeof(TRequest)));

    public Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        // What a handler sends within a command follows from what the caller was allowed to do.
        if (unitOfWork.IsActive)
            return next();
        var needed = Declared.Value;
        if (!call.Scopes.Include(needed.Scope))
        {
            var scope = ScopeWords.Format(needed.Scope);
            throw new ForbiddenException("auth.insufficient_scope", $"The token lacks the scope {scope}.") { NeededScope = scope };
        }

        var viewer = Viewer.Of(call);
        return viewer.SeesEverything ? next() : HandleAsync(viewer, request, next, cancellationToken);
    }

    private async Task<TResponse> HandleAsync(Viewer viewer, TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        var needed = Declared.Value;
        if (needed.OfOrganisation)
            throw new ForbiddenException("auth.organisation_only", "This is for administrators, and for programs with a token that is not confined to a project.");
        if (viewer.Project is not null && needed.Role is null)
            throw new ForbiddenException("auth.confined_to_project", "The token is confined to a project, and this is not about one.");
        if (request is IConcerns { Resource: var resource })
        {
            EnsureRole(
                needed.Role,
                await standings.FindAsync(viewer, resource, cancellationToken) ?? throw new NotFoundException(resource.Kind, resource.Id));
        }

        if (request is IEntersProject { EnteredProject: { IsPresent: true, Value: var project } })
            await EnsureEntryAsync(viewer, project, needed.Role, cancellationToken);
        return await next();
    }

    private async Task EnsureEntryAsync(Viewer viewer, Guid? project, ProjectRole? needed, CancellationToken cancellationToken)
    {
        if (project is { } entered)
            EnsureRole(needed, await standings.FindAsync(viewer, Resource.Of(new ProjectId(entered)), cancellationToken) ?? throw Refusals.NoSuchProject(entered));
        else if (viewer.Project is not null)
            throw new ForbiddenException("auth.confined_to_project", "The token is confined to a project, and the task would be in none.");
    }

    private static void EnsureRole(ProjectRole? needed, ProjectRole role)
    {
        if (role < needed)
            throw new ForbiddenException("auth.insufficient_role", $"This takes the role {Words<ProjectRole>.Of(needed.Value)} in the project.");
    }
}

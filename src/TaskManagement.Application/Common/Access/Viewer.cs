using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Common.Access;

/// <summary>Who wants to see something.</summary>
/// <param name="Actor">On whose behalf.</param>
/// <param name="SeesAllProjects">Whether it is an administrator or a program, and not a person who sees what they are a member of.</param>
/// <param name="Project">The one project that the caller is confined to; null if it is not.</param>
public sealed record Viewer(ActorId Actor, bool SeesAllProjects, ProjectId? Project)
{
    private const string Program = "token:";

    /// <summary>The person, if it is one.</summary>
    public UserId? Person => Actor.Person();

    /// <summary>Whether nothing is hidden.</summary>
    public bool SeesEverything => SeesAllProjects && Project is null;

    /// <summary>Who makes a call.</summary>
    public static Viewer Of(ICallContext call) =>
        new(call.Actor, call.Scopes.Include(Scopes.Admin) || call.Actor.Value.StartsWith(Program, StringComparison.Ordinal), call.Project);

    /// <summary>On whose behalf something goes on without a call, such as a webhook: a person is no administrator there.</summary>
    public static Viewer OfOwner(ActorId owner) => new(owner, owner.Person() is null, Project: null);
}

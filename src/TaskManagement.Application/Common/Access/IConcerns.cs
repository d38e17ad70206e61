using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Common.Access;

/// <summary>A request about one thing. To whom the thing is hidden, it is answered as if there were none.</summary>
public interface IConcerns
{
    /// <summary>The thing.</summary>
    Resource Resource { get; }
}

/// <summary>A request that may bring a task into a project. To whom the project is hidden, it is answered as if there were none.</summary>
public interface IEntersProject
{
    /// <summary>The project, or null for the outside of all projects; absent if the task stays where it is.</summary>
    Optional<Guid?> EnteredProject { get; }
}

/// <summary>Something that can be hidden from a caller.</summary>
/// <param name="Kind">The kind of its stream, such as <c>task</c>.</param>
/// <param name="Id">Its id.</param>
public readonly record struct Resource(string Kind, Guid Id)
{
    /// <summary>The kind of tasks.</summary>
    public const string Task = "task";

    /// <summary>The kind of projects.</summary>
    public const string Project = "project";

    /// <summary>The kind of webhooks.</summary>
    public const string Webhook = "webhook";

    /// <summary>A task.</summary>
    public static Resource Of(TaskId id) => new(Task, id.Value);

    /// <summary>A project.</summary>
    public static Resource Of(ProjectId id) => new(Project, id.Value);

    /// <summary>A webhook.</summary>
    public static Resource Of(WebhookId id) => new(Webhook, id.Value);
}

/// <summary>Knows what callers are to the things that requests are about.</summary>
public interface IStandings
{
    /// <summary>What a viewer may do with a thing; null if there is none, or the viewer may not know of it.</summary>
    Task<ProjectRole?> FindAsync(Viewer viewer, Resource resource, CancellationToken cancellationToken);
}

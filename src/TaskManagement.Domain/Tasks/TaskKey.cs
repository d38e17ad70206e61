using TaskManagement.Domain.Projects;

namespace TaskManagement.Domain.Tasks;

/// <summary>The name of a task within its project, such as <c>OPS-42</c>. Never given twice.</summary>
/// <param name="Project">The key of the project.</param>
/// <param name="Number">The number of the task in the project, from 1.</param>
public sealed record TaskKey(ProjectKey Project, long Number)
{
    /// <inheritdoc />
    public override string ToString() => $"{Project.Value}-{Number}";
}

using Microsoft.EntityFrameworkCore;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>The numbers that projects gave to tasks: 1, 2, 3 …, each once, and the last of them in the project's counter.</summary>
/// <param name="findings">Takes what differs.</param>
internal sealed class Numbers(Findings findings)
{
    private readonly Dictionary<ProjectId, (long Given, long Last)> _projects = [];

    public void Take(TaskNumbered numbered)
    {
        var (given, last) = _projects.GetValueOrDefault(numbered.ProjectId);
        _projects[numbered.ProjectId] = (given + 1, Math.Max(last, numbered.Number));
    }

    public async Task CompareAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        await foreach (var counter in db.TaskCounters.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!_projects.Remove(counter.ProjectId, out var numbers))
                findings.AddUnexpectedRow(Subject(counter.ProjectId));
            else if (counter.LastNumber != numbers.Last)
                findings.AddValue(Subject(counter.ProjectId), "last_number", counter.LastNumber, numbers.Last);
            else if (numbers.Given != numbers.Last)
                findings.AddValue($"the numbered tasks of project {counter.ProjectId}", "count", counter.LastNumber, numbers.Given);
        }

        foreach (var project in _projects.Keys)
            findings.AddMissingRow(Subject(project));
    }

    private static string Subject(ProjectId project) => $"the counter of project {project}";
}

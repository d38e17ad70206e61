using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Projects;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Persistence.Repositories;

internal sealed class ProjectRepository(TaskManagementDbContext db, DatabaseProvider provider) : IProjectRepository
{
    private readonly HashSet<Project> _locked = new(ReferenceEqualityComparer.Instance);

    public async Task<Project> GetAsync(ProjectId id, long? expectedVersion, CancellationToken cancellationToken)
    {
        var project = await db.Projects.FindAsync([id], cancellationToken) ?? throw new NotFoundException("project", id);
        return project.AtVersion(expectedVersion);
    }

    public async Task<Project?> LockAsync(ProjectId id, CancellationToken cancellationToken)
    {
        // What is tracked and locked was locked in this transaction: every unit of work begins with a clean change tracker.
        var tracked = db.Projects.Local.FindEntry(id);
        if (tracked is not null && (_locked.Contains(tracked.Entity) || tracked.State == EntityState.Added))
            return tracked.Entity;

        var project = await db.Projects.FromSql(provider.LockProject(id.Value)).SingleOrDefaultAsync(cancellationToken);
        if (project is null)
            return null;
        // A query leaves tracked rows as they were first read, which may have been before the lock.
        if (tracked is not null)
            await tracked.ReloadAsync(cancellationToken);
        _locked.Add(project);
        return project;
    }

    public void Add(Project project) => db.Projects.Add(project);
}

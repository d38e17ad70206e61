using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Infrastructure.Persistence;

/// <summary>
/// Who sees what, in one place: a project is seen by its members, a task by those who see its project, and one outside of all projects by who
/// created it and to whom it is assigned; a webhook by who created it. To whom everything is open, nothing is added to any statement.
/// </summary>
internal sealed class Visibility(TaskManagementDbContext db) : IStandings
{
    public IQueryable<TaskItem> Tasks(Viewer viewer)
    {
        var tasks = db.Tasks.AsNoTracking();
        if (viewer.SeesEverything)
            return tasks;
        var projects = ProjectIds(viewer);
        var (actor, person) = (viewer.Actor, viewer.Person);
        return viewer.Project is null
            ? tasks.Where(task => task.ProjectId != null
                ? projects.Any(project => project == task.ProjectId)
                : task.CreatedBy == actor || (person != null && task.AssigneeId == person))
            : tasks.Where(task => projects.Any(project => project == task.ProjectId));
    }

    public IQueryable<Project> Projects(Viewer viewer)
    {
        var projects = db.Projects.AsNoTracking();
        if (viewer.SeesEverything)
            return projects;
        var seen = ProjectIds(viewer);
        return projects.Where(project => seen.Any(id => id == project.Id));
    }

    public IQueryable<Webhook> Webhooks(Viewer viewer)
    {
        var (webhooks, actor) = (db.Webhooks.AsNoTracking(), viewer.Actor);
        return viewer.SeesEverything ? webhooks : webhooks.Where(webhook => webhook.CreatedBy == actor);
    }

    public IQueryable<AnalyticsDay> AnalyticsDays(Viewer viewer)
    {
        var days = db.AnalyticsDays.AsNoTracking();
        if (viewer.SeesEverything)
            return days;
        var projects = ProjectIds(viewer).Select(project => (Guid)(object)project);
        var person = viewer.Project is null && viewer.Person is { } someone ? someone.Value : Guid.Empty;
        return days.Where(day => projects.Contains(day.ProjectId) || (day.ProjectId == Guid.Empty && person != Guid.Empty && day.PersonId == person));
    }

    public IQueryable<EventRecord> Events(IQueryable<EventRecord> events, Viewer viewer)
    {
        if (viewer.SeesEverything)
            return events;
        var tasks = Tasks(viewer).Select(task => (Guid)(object)task.Id);
        var projects = ProjectIds(viewer).Select(project => (Guid)(object)project);
        var webhooks = Webhooks(viewer).Select(webhook => (Guid)(object)webhook.Id);
        return events.Where(record =>
            (record.StreamType == AggregateStreams.Task && tasks.Contains(record.StreamId))
            || ((record.StreamType == AggregateStreams.Project || record.StreamType == AggregateStreams.Team) && projects.Contains(record.StreamId))
            || (record.StreamType == AggregateStreams.Webhook && webhooks.Contains(record.StreamId)));
    }

    /// <summary>Those of some events that a viewer sees, in their order.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> SeenAsync(IReadOnlyList<LoggedEvent> events, Viewer viewer, CancellationToken cancellationToken)
    {
        if (events.Count == 0 || viewer.SeesEverything)
            return events;
        var tasks = Ids(AggregateStreams.Task).Select(id => new TaskId(id)).ToList();
        var projects = Ids(AggregateStreams.Project, AggregateStreams.Team).Select(id => new ProjectId(id)).ToList();
        var webhooks = Ids(AggregateStreams.Webhook).Select(id => new WebhookId(id)).ToList();
        HashSet<Guid> seen = [];
        if (tasks.Count > 0)
            seen.UnionWith((await Tasks(viewer).Where(task => tasks.Contains(task.Id)).Select(task => task.Id).ToListAsync(cancellationToken)).Select(id => id.Value));
        if (projects.Count > 0)
            seen.UnionWith((await ProjectIds(viewer).Where(id => projects.Contains(id)).ToListAsync(cancellationToken)).Select(id => id.Value));
        if (webhooks.Count > 0)
            seen.UnionWith((await Webhooks(viewer).Where(webhook => webhooks.Contains(webhook.Id)).Select(webhook => webhook.Id).ToListAsync(cancellationToken)).Select(id => id.Value));
        return [.. events.Where(logged => AggregateStreams.All.Contains(logged.StreamType) && seen.Contains(logged.StreamId))];

        IEnumerable<Guid> Ids(params string[] kinds) => events.Where(logged => kinds.Contains(logged.StreamType)).Select(logged => logged.StreamId).Distinct();
    }

    /// <summary>Those of some people who see a task.</summary>
    public async Task<IReadOnlySet<UserId>> SeeingAsync(TaskId id, IReadOnlyCollection<UserId> people, CancellationToken cancellationToken)
    {
        var task = await db.Tasks.AsNoTracking().Where(row => row.Id == id)
            .Select(row => new { row.ProjectId, row.CreatedBy, row.AssigneeId })
            .SingleOrDefaultAsync(cancellationToken);
        if (task is null || people.Count == 0)
            return new HashSet<UserId>();
        var seeing = task.ProjectId is { } project
            ? await db.Teams.Where(team => team.ProjectId == project)
                .SelectMany(team => team.Members)
                .Where(member => member.JoinedAt != null && people.Contains(member.UserId))
                .Select(member => member.UserId)
                .ToHashSetAsync(cancellationToken)
            : people.Where(person => person == task.AssigneeId || person == task.CreatedBy.Person()).ToHashSet();
        var others = people.Except(seeing).Select(person => person.Value).ToList();
        if (others.Count > 0)
            seeing.UnionWith((await db.Accounts.Where(account => account.IsAdministrator && others.Contains(account.Id)).Select(account => account.Id).ToListAsync(cancellationToken)).Select(UserId.From));
        return seeing;
    }

    public Task<ProjectRole?> FindAsync(Viewer viewer, Resource resource, CancellationToken cancellationToken) => resource.Kind switch
    {
        Resource.Task => InTaskAsync(viewer, new(resource.Id), cancellationToken),
        Resource.Project => InProjectAsync(viewer, new(resource.Id), cancellationToken),
        Resource.Webhook => ToWebhookAsync(viewer, new(resource.Id), cancellationToken),
        _ => throw new InvalidOperationException($"It is not said who sees a {resource.Kind}."),
    };

    private async Task<ProjectRole?> InTaskAsync(Viewer viewer, TaskId id, CancellationToken cancellationToken)
    {
        var person = viewer.Person;
        var found = await Tasks(viewer).Where(task => task.Id == id)
            .Select(task => new
            {
                task.ProjectId,
                Role = db.Teams.Where(team => team.ProjectId == task.ProjectId)
                    .SelectMany(team => team.Members)
                    .Where(member => member.UserId == person)
                    .OrderBy(member => member.UserId)
                    .Select(member => (ProjectRole?)member.Role)
                    .FirstOrDefault(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        return viewer.SeesAllProjects || found.ProjectId is null ? ProjectRole.Owner : found.Role;
    }

    private async Task<ProjectRole?> InProjectAsync(Viewer viewer, ProjectId id, CancellationToken cancellationToken)
    {
        if (viewer.Project is { } only && only != id)
            return null;
        if (viewer.SeesAllProjects)
            return await db.Projects.AnyAsync(project => project.Id == id, cancellationToken) ? ProjectRole.Owner : null;
        var person = viewer.Person;
        return await db.Teams.Where(team => team.ProjectId == id)
            .SelectMany(team => team.Members)
            .Where(member => member.UserId == person && member.JoinedAt != null)
            .Select(member => (ProjectRole?)member.Role)
            .SingleOrDefaultAsync(cancellationToken);
    }

    private async Task<ProjectRole?> ToWebhookAsync(Viewer viewer, WebhookId id, CancellationToken cancellationToken) =>
        await Webhooks(viewer).AnyAsync(webhook => webhook.Id == id, cancellationToken) ? ProjectRole.Owner : null;

    /// <summary>The projects that a viewer from whom something is hidden sees.</summary>
    private IQueryable<ProjectId> ProjectIds(Viewer viewer)
    {
        var person = viewer.Person;
        var projects = viewer.SeesAllProjects
            ? db.Projects.Select(project => project.Id)
            : db.Teams.Where(team => team.Members.Any(member => member.UserId == person && member.JoinedAt != null)).Select(team => team.ProjectId);
        return viewer.Project is { } only ? projects.Where(project => project == only) : projects;
    }
}

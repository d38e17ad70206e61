using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Events;
using TaskManagement.Application.Notifications;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Application.Teams;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What teams do with the database, and what is added to statements for callers from whom something is hidden.</summary>
internal static class TeamScenarios
{
    private static readonly ProjectId Project = CannedRows.Project;

    private static CannedRows Given => new CannedRows()
        .With("teams", "project_id", Project.Value)
        .With("team_members", "project_id", Project.Value)
        .With("team_members", "user_id", Recording.Person.Value)
        .With("team_members", "role", "editor")
        .With("team_members", "invited_at", CannedRows.Time);

    private static CannedRows Joined => Given.With("team_members", "joined_at", CannedRows.Time);

    public static IEnumerable<Scenario> All() => [.. Changing(), .. Seeing()];

    private static IEnumerable<Scenario> Changing()
    {
        yield return Command("the first", new InviteMember(Project, Guid.CreateVersion7(), ProjectRole.Editor), Given.Rows("teams", 0));
        yield return Command("a later one", new InviteMember(Project, Guid.CreateVersion7(), ProjectRole.Editor), Joined);
        yield return Command("one", new JoinProject(Project), Given);
        yield return Command("one", new ChangeMemberRole(Project, Recording.Person, ProjectRole.Viewer), Joined);
        yield return Command("one", new RemoveMember(Project, Recording.Person), Joined);
        yield return Command("one", new LeaveProject(Project), Joined);
        yield return Query("all", new ListMembers(Project), Joined);
        yield return Query("all", new ListInvitations(), Given);
    }

    private static IEnumerable<Scenario> Seeing()
    {
        foreach (var confined in (ProjectId?[])[null, Project])
        {
            yield return Seen(new GetTask(CannedRows.Task));
            yield return Seen(new ListTasks());
            yield return Seen(new GetTaskHistory(CannedRows.Task));
            yield return Seen(new GetProject(Project));
            yield return Seen(new ListProjects());
            yield return Seen(new ListMembers(Project));
            yield return Seen(new ListEvents(), Joined.With("event_log", "position", 1L));
            yield return Seen(new StreamEvents { After = "1" }, Joined.With("event_log", "position", 1L));
            yield return Seen(new ListWebhooks(1)) with { Project = null };
            yield return Seen(new GetTaskAnalytics());

            Scenario Seen(object request, CannedRows? given = null) => Query(confined is null ? "as a member" : "with a token of one project", request, given ?? Joined) with { Scopes = Scopes.TasksRead | Scopes.Webhooks | Scopes.EventsRead, Project = confined };
        }

        yield return new("Whom of some people a task is not hidden from",
            services => services.GetRequiredService<ITaskPeople>().FindSeeingAsync(CannedRows.Task, [Recording.Person], default), Joined.With("tasks", "project_id", Project.Value));
        yield return new("A webhook of a member",
            services => services.GetRequiredService<Visibility>().SeenAsync(
                [.. AggregateStreams.All.Select(kind => new LoggedEvent(
                    Guid.CreateVersion7(), kind, CannedRows.Task.Value, 1, $"{kind}.created", 1, "{}", Recording.Actor, "tests", Guid.Empty, null, 0, CannedRows.Time, 1))],
                Viewer.OfOwner(new(Recording.Actor)),
                default),
            Joined);
    }

    private static Scenario Command(string name, object request, CannedRows given) => Query(name, request, given) with { AppendsEvents = true };

    private static Scenario Query(string name, object request, CannedRows given) =>
        new($"{request.GetType().Name}: {name}", services => services.GetRequiredService<ISender>().Send(request), given, request);
}

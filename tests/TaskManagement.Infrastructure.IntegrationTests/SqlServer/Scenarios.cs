using System.Text.Json;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TaskManagement.Application.Alerts;
using TaskManagement.Application.Alerts.Reactions;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Analytics.Reactions;
using TaskManagement.Application.Audit;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Events;
using TaskManagement.Application.Identity;
using TaskManagement.Application.Incoming;
using TaskManagement.Application.Notifications;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.Analytics;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Idempotency;
using TaskManagement.Infrastructure.Identity;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>Something that the service does with its database.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Run">Does it, in a scope of its own.</param>
/// <param name="Given">What the database holds then.</param>
/// <param name="Request">The request that it sends; null if it is not one.</param>
/// <param name="IdempotencyKey">The key that the request carries.</param>
/// <param name="AppendsEvents">Whether it must reach the event log.</param>
/// <param name="LosesCommit">Whether the answer to its commit gets lost.</param>
/// <param name="IsEmpty">Whether the database has no tables yet.</param>
/// <param name="WritesInSteps">Whether it changes rows by conditions before it saves.</param>
/// <param name="Scopes">What the caller may do.</param>
/// <param name="Project">The project that the caller is confined to; null if it is not.</param>
internal sealed record Scenario(
    string Name,
    Func<IServiceProvider, Task> Run,
    CannedRows Given,
    object? Request = null,
    string? IdempotencyKey = null,
    bool AppendsEvents = false,
    bool LosesCommit = false,
    bool IsEmpty = false,
    bool WritesInSteps = false,
    Scopes Scopes = Scopes.Admin,
    ProjectId? Project = null);

/// <summary>Every use case, in each variant that makes SQL of its own, and what the service does beside them.</summary>
internal static class Scenarios
{
    private const string Token = "a-token-that-is-known";
    private static readonly Guid Person = new("00000003-0000-0000-0000-000000000001");
    private static readonly Guid OtherProject = new("00000001-0000-0000-0000-0000000000ff");

    public static IEnumerable<Scenario> All() =>
        [.. CreatingTasks(), .. ChangingTasks(), .. ReadingTasks(), .. ChangingProjects(), .. ReadingProjects(), .. ReadingTheLog(), .. Receiving(), .. Analysing(), .. OperationsScenarios.All(), .. WebhookScenarios.All(), .. NotificationScenarios.All(), .. AccountScenarios.All(), .. TeamScenarios.All(), .. DeliveryScenarios.All(), .. Beside()];

    private static CannedRows Given => new();

    private static CannedRows Migrated => Given.Each("__EFMigrationsHistory", "MigrationId", SqlServerSchema.Migrations);

    private static CannedRows InProject => Given.With("tasks", "project_id", CannedRows.Project.Value).With("tasks", "key", "OPS-1");

    private static CannedRows Deleted(string table) => Given.With(table, "deleted_at", CannedRows.Time);

    private static CannedRows ExpiredKey(string key) => Given.Rows("idempotency_keys", 1)
        .With("idempotency_keys", "actor", Recording.Actor)
        .With("idempotency_keys", "key", key)
        .With("idempotency_keys", "created_at", CannedRows.Time.AddYears(-5));

    private static IEnumerable<Scenario> CreatingTasks()
    {
        var plain = new CreateTask("Buy milk");
        var inProject = new CreateTask("Buy milk", ProjectId: CannedRows.Project.Value);
        yield return Command("create", plain);
        yield return Command("create with everything", new CreateTask(
            "Buy milk", Guid.CreateVersion7(), "Two *litres*.", TaskPriority.High, DueDate.On(new(2026, 12, 1)), ["Home", "Shop"], Person, CannedRows.Project.Value));
        yield return Command("create the first in its project", inProject, Given.Rows("task_counters", 0));
        yield return Command("create a later one in its project", inProject);
        yield return Command("create with a new key", plain) with { IdempotencyKey = "k" };
        yield return Command("create with an expired key", plain, ExpiredKey("k")) with { IdempotencyKey = "k" };
        yield return Command("create, and the answer to the commit is lost", plain) with { LosesCommit = true };
    }

    private static IEnumerable<Scenario> ChangingTasks()
    {
        var task = CannedRows.Task;
        yield return Command("change everything", new UpdateTask(task, 1, new TaskPatch
        {
            Title = new("Buy oat milk"),
            Description = new("Three *litres*."),
            Priority = new(TaskPriority.Urgent),
            Due = new(DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid")),
            Labels = new(["Shop", "Food"]),
            AssigneeId = new(Person),
            ProjectId = new(CannedRows.Project.Value),
        }));
        yield return Command("move to another project", new UpdateTask(task, null, new() { ProjectId = new(CannedRows.Project.Value) }),
            Given.With("tasks", "project_id", OtherProject).With("tasks", "key", "OLD-7"));
        yield return Command("move out of its project", new UpdateTask(task, null, new() { ProjectId = new(null) }), InProject);
        yield return Command("remove the labels", new UpdateTask(task, null, new() { Labels = new([]) }));
        yield return Command("unassign", new UpdateTask(task, null, new() { AssigneeId = new(null) }), Given.With("tasks", "assignee_id", Person));
        yield return Command("start", new StartTask(task, 1));
        yield return Command("complete", new CompleteTask(task), Given.With("tasks", "status", "in_progress"));
        yield return Command("cancel", new CancelTask(task, Reason: "Not needed."));
        yield return Command("reopen", new ReopenTask(task), InProject.With("tasks", "status", "completed").With("tasks", "completed_at", CannedRows.Time));
        yield return Command("delete", new DeleteTask(task, Reason: "Twice."));
        yield return Command("restore", new RestoreTask(task), Deleted("tasks").With("tasks", "project_id", CannedRows.Project.Value));
    }

    private static IEnumerable<Scenario> ReadingTasks()
    {
        yield return Query("get", new GetTask(CannedRows.Task));
        yield return Query("get a deleted one", new GetTask(CannedRows.Task, IncludeDeleted: true), Deleted("tasks"));
        yield return Query("history", new GetTaskHistory(CannedRows.Task, Limit: 1), Given.Rows("event_log", 2));
        var now = CannedRows.Time;
        (string Name, ListTasks List)[] filtered =
        [
            ("status", new() { Status = [TaskItemStatus.Pending] }),
            ("statuses", new() { Status = [TaskItemStatus.Pending, TaskItemStatus.InProgress, TaskItemStatus.Completed] }),
            ("priorities", new() { Priority = [TaskPriority.High, TaskPriority.Urgent] }),
            ("project", new() { ProjectId = CannedRows.Project }),
            ("assignee", new() { AssigneeId = new(Person) }),
            ("label", new() { Label = ["home"] }),
            ("labels", new() { Label = ["home", "shop"] }),
            ("due", new() { DueFrom = now, DueBefore = now.AddDays(7) }),
            ("updated", new() { UpdatedSince = now }),
            ("text", new() { Text = "50%_[milk]" }),
            ("deleted", new() { IncludeDeleted = true }),
            ("everything", new()
            {
                Status = [TaskItemStatus.Pending],
                Priority = [TaskPriority.Low],
                ProjectId = CannedRows.Project,
                AssigneeId = new(Person),
                Label = ["home"],
                DueFrom = now,
                DueBefore = now.AddDays(7),
                UpdatedSince = now,
                Text = "milk",
            }),
        ];
        foreach (var (name, list) in filtered)
            yield return Query("filter by " + name, list with { Limit = 1 }, Given.Rows("tasks", 2));
        foreach (var sort in TaskSorts.All)
            yield return Query("sort by " + sort, new ListTasks { Sort = sort, Limit = 1 }, Given.Rows("tasks", 2));
    }

    private static IEnumerable<Scenario> ChangingProjects()
    {
        var project = CannedRows.Project;
        yield return Command("create", new CreateProject("NEW", "New things"));
        yield return Command("rename", new RenameProject(project, 1, new() { Name = new("Daily operations") }));
        yield return Command("archive, refusing open tasks", new ArchiveProject(project), Given.Rows("tasks", 0));
        yield return Command("archive, cancelling open tasks", new ArchiveProject(project, OpenTasks: OpenTasksPolicy.Cancel), InProject.With("tasks", "key", null).Rows("tasks", 3));
        yield return Command("unarchive", new UnarchiveProject(project), Given.With("projects", "archived_at", CannedRows.Time));
        yield return Command("delete", new DeleteProject(project, Reason: "Done."), Given.Rows("tasks", 0));
        yield return Command("restore", new RestoreProject(project), Deleted("projects"));
    }

    private static IEnumerable<Scenario> ReadingProjects()
    {
        yield return Query("get", new GetProject(CannedRows.Project));
        yield return Query("get a deleted one", new GetProject(CannedRows.Project, IncludeDeleted: true), Deleted("projects"));
        yield return Query("history", new GetProjectHistory(CannedRows.Project, Limit: 1), Given.Rows("event_log", 2));
        (string Name, ListProjects List)[] filtered =
        [
            ("archived", new() { Archived = true }),
            ("not archived", new() { Archived = false }),
            ("text", new() { Text = "ops" }),
            ("deleted", new() { IncludeDeleted = true }),
        ];
        foreach (var (name, list) in filtered)
            yield return Query("filter by " + name, list with { Limit = 1 }, Given.Rows("projects", 2));
        foreach (var sort in ProjectSorts.All)
            yield return Query("sort by " + sort, new ListProjects { Sort = sort, Limit = 1 }, Given.Rows("projects", 2));
    }

    private static IEnumerable<Scenario> ReadingTheLog()
    {
        var log = Given.Rows("event_log", 2).With("event_log", "position", 7L).With("event_log", "type", "task.completed");
        yield return Query("from an event on", new StreamEvents { After = "1", Type = ["task.*"] }, Given.With("event_log", "position", 1L));
        (string Name, ListEvents Feed)[] feeds =
        [
            ("all", new() { After = "1" }),
            ("a type", new() { Type = ["task.completed"] }),
            ("versions of types", new() { Type = ["task.completed.v1", "task.created"] }),
            ("a prefix", new() { Type = ["task.*"] }),
            ("a subject", new() { Subject = CannedRows.Task.Value, Type = ["task.created", "task.*"] }),
        ];
        foreach (var (name, feed) in feeds)
            yield return Query("feed of " + name, feed with { Limit = 1 }, log);
        (string Name, ListAudit Audit)[] audits =
        [
            ("all", new()),
            ("actor", new() { Actor = Recording.Actor, Action = ["task.completed", "project.*"] }),
            ("address", new() { Address = "192.0.2.17", Action = ["task.completed", "project.*"] }),
            ("actions", new() { Action = ["task.completed", "project.created"] }),
            ("kind of resource", new() { Resource = "task" }),
            ("resource", new() { Resource = $"task/{CannedRows.Task}" }),
        ];
        foreach (var (name, audit) in audits)
            yield return Query("audit by " + name, audit with { Limit = 1 }, log);
        var export = new ExportAudit { Address = "192.0.2.17" };
        yield return new("ExportAudit: in parts",
            async services => Assert.NotEmpty(await (await services.GetRequiredService<ISender>().Send(export)).Entries.ToListAsync()), log, export);
        yield return new("Erase addresses", services => InUnitOfWorkAsync(
            services, cancellationToken => services.GetRequiredService<IEventLogErasure>().EraseAddressesAsync(new(Recording.Actor), cancellationToken)), Given);
        // Positions are searched one by one, so there is one.
        var byTimes = new ListAudit { From = CannedRows.Time, To = CannedRows.Time.AddDays(1) };
        yield return new("audit by times", services => services.GetRequiredService<ISender>().Send(byTimes), Given.With("event_log", "position", 1L), byTimes);
        yield return new("Find the types in a long log", services => FindTypesAsync(services), Given.Rows("event_log", 0));
        yield return Query("alerts", new ListAlerts(Limit: 1), Given.Rows("alerts", 2).With("alerts", "severity", "error"));
        yield return new("Raise an alert for the first time", RaiseAlertAsync, Given.Rows("alerts", 0), AppendsEvents: true);
        yield return new("Raise an alert again", RaiseAlertAsync, Given.With("alerts", "severity", "error"), AppendsEvents: true);
    }

    private static IEnumerable<Scenario> Receiving()
    {
        static IncomingCloudEvent Event(string id, string type, string? data = null) => new(
            id, "/ci", type, "main", CannedRows.Time, null, null, new Dictionary<string, string>(StringComparer.Ordinal), data is null ? null : JsonElement.Parse(data), null);

        yield return Command("several", new ReceiveCloudEvents([Event("1", "com.example.a"), Event("2", "com.example.b")]), Given.Rows("event_log", 0));
        yield return Command("opens a task", new ReceiveCloudEvents([Event("1", "taskmanagement.task.open", """{"title":"The build fails"}""")]), Given.Rows("tasks", 0));
        yield return Command("completes a task", new ReceiveCloudEvents([Event("1", "taskmanagement.task.complete")]));
    }

    private static IEnumerable<Scenario> Analysing()
    {
        var today = DateOnly.FromDateTime(CannedRows.Time.UtcDateTime);
        var period = new GetTaskAnalytics { From = today.AddDays(-7), To = today, Limit = 1 };
        var known = Given.With("analytics_days", "day", today);
        foreach (var grouping in Enum.GetValues<AnalyticsGrouping>())
            yield return Query("by " + grouping, period with { GroupBy = grouping }, Given.With("analytics_days", "day", today).Rows("analytics_days", 2));
        yield return Query("of one project and person", period with { ProjectId = CannedRows.Project, PersonId = new(Person) }, Given.Rows("analytics_days", 2));
        yield return new("Count tasks", CountTasksAsync, known);
        yield return new("Forget the analytics", services => InUnitOfWorkAsync(services, _ => services.GetRequiredService<IAnalyticsStore>().ClearAsync(default)), known);
        yield return new("Compare the analytics with the log",
            async services => Assert.NotEmpty(await services.GetServices<IProjectionCheck>().OfType<AnalyticsCheck>().Single().FindDifferencesAsync(AsyncEnumerable.Empty<IDomainEvent>(), default).ToListAsync()), known);
        yield return new("Find whom a task concerns",
            async services =>
            {
                var people = services.GetRequiredService<ITaskPeople>();
                Assert.NotNull(await people.FindAsync(CannedRows.Task, default));
                Assert.Null(await people.FindAssigneeAsync(CannedRows.Task, 2, default));
            },
            Given.Rows("event_log", 0));
    }

    private static IEnumerable<Scenario> Beside()
    {
        yield return new("Migrate an empty database", services => DatabaseStartup.MigrateAsync(services, default), Given, IsEmpty: true);
        yield return new("Start for the first time", services => DatabaseStartup.StartAsync(services, default), Migrated.Rows("access_tokens", 0));
        yield return new("Start with the configured token changed", services => services.GetRequiredService<Bootstrap>().EnsureAdministratorAsync(default), Given);
        yield return new("Find a token",
            async services => Assert.NotNull(await services.GetRequiredService<IAccessTokens>().AuthenticateAsync(Token, default)),
            Given.With("access_tokens", "hash", AccessTokens.Hash(Token)).With("access_tokens", "scopes", "admin"));
        yield return Command("a token", new IssueToken("build server", ["tasks:write"], TimeProvider.System.GetUtcNow().AddDays(1)), Given.Rows("event_log", 0));
        yield return Query("tokens", new ListTokens(1), Given.With("access_tokens", "scopes", "admin").Rows("access_tokens", 2));
        yield return Command("a token", new RevokeToken(TokenId.New()), Given.With("access_tokens", "scopes", "admin").With("access_tokens", "expires_at", CannedRows.Time));
        yield return new("Note that a token was used", NoteUseAsync, Given);
        yield return new("Delete expired idempotency keys", services => services.GetRequiredService<IdempotencyCleanup>().CleanAsync(default), Given);
        yield return new("Report health",
            async services => Assert.Equal(HealthStatus.Healthy, (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status),
            Migrated);
        yield return new("Lock a project that was read before", LockAfterReadAsync, Given);
        yield return new("Record a fact", RecordFactAsync, Given, AppendsEvents: true);
        yield return new("Record a fact after a conflict", RecordFactAgainAsync, Given, AppendsEvents: true, WritesInSteps: true);
    }

    private static Scenario Command(string name, object request, CannedRows? given = null) =>
        Query(name, request, given) with { AppendsEvents = true };

    private static Scenario Query(string name, object request, CannedRows? given = null) =>
        new($"{request.GetType().Name}: {name}", services => SendAsync(services, request), given ?? Given, request);

    private static async Task SendAsync(IServiceProvider services, object request)
    {
        var answer = await services.GetRequiredService<ISender>().Send(request);
        if (NextPage(request, answer) is { } next)
            await services.GetRequiredService<ISender>().Send(next);
    }

    private static object? NextPage(object request, object? answer) => (request, answer) switch
    {
        (ListTasks list, Page<TaskDto> page) => list with { Cursor = NextOf(page) },
        (ListProjects list, Page<ProjectDto> page) => list with { Cursor = NextOf(page) },
        (GetTaskHistory history, Page<LoggedEvent> page) => history with { Cursor = NextOf(page) },
        (GetProjectHistory history, Page<LoggedEvent> page) => history with { Cursor = NextOf(page) },
        (ListAudit list, Page<AuditEntryDto> page) => list with { Cursor = NextOf(page) },
        (ListAlerts list, Page<AlertDto> page) => list with { Cursor = NextOf(page) },
        (GetTaskAnalytics query, Page<TaskAnalyticsDto> page) => query with { Cursor = NextOf(page) },
        _ => null,
    };

    private static string NextOf<T>(Page<T> page) => page.NextCursor ?? throw new InvalidOperationException("The list has one page only.");

    private static Task NoteUseAsync(IServiceProvider services)
    {
        var uses = services.GetRequiredService<TokenUses>();
        uses.Note(TokenId.New());
        return uses.WriteAsync(default);
    }

    private static Task<Project?> LockAfterReadAsync(IServiceProvider services)
    {
        var projects = services.GetRequiredService<IProjectRepository>();
        return services.GetRequiredService<IUnitOfWork>().ExecuteAsync(
            async cancellationToken =>
            {
                await projects.GetAsync(CannedRows.Project, null, cancellationToken);
                return await projects.LockAsync(CannedRows.Project, cancellationToken);
            },
            default);
    }

    private static Task<IReadOnlyCollection<string>> FindTypesAsync(IServiceProvider services) =>
        services.GetRequiredService<TypesInLog>().UpToAsync(services.GetRequiredService<TaskManagementDbContext>(), long.MaxValue, default);

    private static Task<int> RaiseAlertAsync(IServiceProvider services) => InUnitOfWorkAsync(services, cancellationToken =>
    {
        var dead = new SubscriptionEventDeadLettered("mail", Guid.CreateVersion7(), "task.created", "task", CannedRows.Task.Value, 10, "No.");
        return services.GetRequiredService<RaiseAlerts>().Handle(
            new(dead with { OccurredAt = CannedRows.Time.AddDays(1) }, null!, new("alerts", 1, IsReplay: false)), cancellationToken);
    });

    private static Task<int> RecordFactAsync(IServiceProvider services) => InUnitOfWorkAsync(services, cancellationToken =>
        services.GetRequiredService<IFacts>().RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), cancellationToken));

    private static Task<int> RecordFactAgainAsync(IServiceProvider services)
    {
        services.GetRequiredService<CommandScope>().Follow(new());
        return RecordFactAsync(services);
    }

    /// <summary>Counts for a row that is known, and for one that is not.</summary>
    private static Task<int> CountTasksAsync(IServiceProvider services)
    {
        var created = new TaskCreated(TaskId.New(), "Buy milk", null, TaskPriority.None, null, [], new(Person), CannedRows.Project) { OccurredAt = CannedRows.Time };
        DomainEvent[] events =
        [
            new TaskAssigned(CannedRows.Task, "Water the plants", new(Person), null),
            created,
            created with { TaskId = TaskId.New(), AssigneeId = null },
            new TaskCompleted(CannedRows.Task, "Water the plants", new(Recording.Actor), CannedRows.Time, null, null) { OccurredAt = CannedRows.Time },
        ];
        return InUnitOfWorkAsync(services, cancellationToken => services.GetRequiredService<CountTasks>().HandleAsync(
            [.. events.Select(happened => new Committed<IDomainEvent>(happened, null!, null!))], cancellationToken));
    }

    private static Task<int> InUnitOfWorkAsync(IServiceProvider services, Func<CancellationToken, Task> work) =>
        services.GetRequiredService<IUnitOfWork>().ExecuteAsync(
            async cancellationToken =>
            {
                await work(cancellationToken);
                return 0;
            },
            default);
}

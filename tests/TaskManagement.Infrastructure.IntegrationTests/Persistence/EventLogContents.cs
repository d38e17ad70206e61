using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Identity;
using TaskManagement.Application.Incoming;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Alerts.Events;
using TaskManagement.Domain.Commands.Events;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Dispatch;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Persistence;

public abstract class EventLogContents(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task Every_event_says_who_when_why_and_in_which_trace()
    {
        var clock = new ManualClock();
        clock.Now += TimeSpan.FromTicks(12_345);
        using var telemetry = new TelemetryListener();
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        var project = await host.CreateProjectAsync();

        var answer = await host.SendAsync(
            new CreateTask("Task", ProjectId: project.Value), new TestCall { Actor = new("user:ann"), CorrelationId = "conversation" });

        var events = await host.EventsOfAsync(answer.Id);
        Assert.Equal([("task.created", 1), ("task.numbered", 1)], events.Select(record => (record.Type, record.TypeVersion)));
        Assert.All(events, record =>
        {
            Assert.Equal(("task", "user:ann", "conversation"), (record.StreamType, record.Actor.Value, record.CorrelationId));
            // To the millisecond, which is what every database keeps.
            Assert.Equal(new(2026, 3, 1, 12, 0, 0, 1, TimeSpan.Zero), record.OccurredAt);
            Assert.NotEqual(Guid.Empty, record.CausationId);
            Assert.Equal(telemetry.TraceId, ActivityContext.Parse(record.TraceParent!, null).TraceId.ToHexString());
        });
        var logged = (await host.SendAsync(new GetTaskHistory(new(answer.Id)))).Items;
        Assert.Equal(
            events.Select(record => (record.EventId, record.StreamVersion, record.Payload, record.OccurredAt)),
            logged.Select(entry => (entry.EventId, entry.StreamVersion, entry.Payload, entry.OccurredAt)));
    }

    [Fact]
    public async Task A_history_is_paged_in_version_order()
    {
        await using var host = await StartAsync();
        var id = await host.CreateTaskAsync();
        await host.SendAsync(new StartTask(id));
        await host.SendAsync(new CompleteTask(id));
        await host.SendAsync(new ReopenTask(id));

        List<LoggedEvent> history = [];
        string? cursor = null;
        do
        {
            var page = await host.SendAsync(new GetTaskHistory(id, Limit: 2, Cursor: cursor));
            history.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal([1L, 2, 3, 4, 5, 6], history.Select(entry => entry.StreamVersion));
        Assert.Equal("task.reopened", history[^1].Type);
        await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new GetTaskHistory(TaskId.New())));
        await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new GetProjectHistory(new(id.Value))));
    }

    [Fact]
    public async Task An_event_of_more_than_256_KiB_is_refused_and_nothing_is_kept()
    {
        await using var host = await StartAsync();
        // In JSON a quotation mark takes two bytes, and the event states what was before and what came after.
        var quotes = new string('"', TaskDescription.MaxBytes);
        var id = new TaskId((await host.SendAsync(new CreateTask("Task", Description: quotes))).Id);

        var error = await Assert.ThrowsAsync<InvalidValueException>(
            () => host.SendAsync(new UpdateTask(id, null, new() { Description = new(quotes.Replace("\"", "\\", StringComparison.Ordinal)) })));

        Assert.Equal("event.too_large", error.Code);
        Assert.Equal(quotes, (await host.LoadAsync(id)).Description);
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Every_event_can_be_read_again_as_it_was_raised()
    {
        List<IDomainEvent> raised = [];
        await using var host = await StartAsync(services => services.RecordInto(raised, Types().All.Keys));

        await DoEverythingAsync(host);

        Assert.Equal(Types().All.Keys.Select(type => type.Name).Order(), raised.Select(one => one.GetType().Name).Distinct().Order());
        var streams = (await host.EventsAsync()).Select(record => (record.StreamType, record.StreamId)).Distinct();
        var events = (await host.InScopeAsync(async services =>
        {
            var log = services.GetRequiredService<IEventLog>();
            List<LoggedEvent> logged = [];
            foreach (var (type, id) in streams)
                logged.AddRange(await log.ReadStreamAsync(type, id, 0, int.MaxValue, default));
            return logged;
        })).ToDictionary(logged => logged.EventId);
        Assert.Equal(raised.Count, events.Count);
        foreach (var one in raised)
        {
            var read = Types().Deserialize(events[one.EventId]);
            Assert.Equivalent(one, read, strict: true);
            Assert.Equal(events[one.EventId].Payload, EventTypes.Serialize(read));
        }
    }

    private static EventTypes Types() => new([typeof(IDomainEvent).Assembly]);

    private static async Task DoEverythingAsync(TestHost host)
    {
        var project = await host.CreateProjectAsync();
        var id = new TaskId((await host.SendAsync(new CreateTask(
            "Täsk \"1\" 🙂", null, "Line\nline", TaskPriority.Low, DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid"), ["b", "A"],
            Guid.CreateVersion7(), project.Value))).Id);
        await host.SendAsync(new StartTask(id));
        await host.SendAsync(new CompleteTask(id));
        await host.SendAsync(new ReopenTask(id));
        await host.SendAsync(new CancelTask(id, Reason: "No need"));
        await host.SendAsync(new UpdateTask(id, null, new()
        {
            Title = new("Other"),
            Description = new(null),
            Priority = new(TaskPriority.Urgent),
            Due = new(DueDate.AtLocal(new(2026, 12, 2, 8, 0, 0))),
            Labels = new(["c"]),
            AssigneeId = new(null),
            ProjectId = new(null),
        }));
        await host.SendAsync(new UpdateTask(id, null, new() { Due = new(DueDate.On(new(2026, 12, 3))) }));
        await host.SendAsync(new CommentOnTask(id, $"*Why* @{Guid.CreateVersion7()}?"));
        await host.SendAsync(new DeleteTask(id, Reason: "Twice"));
        await host.SendAsync(new RestoreTask(id));
        await host.SendAsync(new RenameProject(project, null, new() { Name = new("Renamed") }));
        await host.SendAsync(new ArchiveProject(project, OpenTasks: OpenTasksPolicy.Cancel));
        await host.SendAsync(new UnarchiveProject(project));
        await host.SendAsync(new DeleteProject(project));
        await host.SendAsync(new RestoreProject(project));
        await host.LiveAsTeamAsync(project);
        await host.LiveAsWebhooksAsync();
        await host.SendAsync(new ReceiveCloudEvents([new(
            "4711", "/ci", "com.example.build.failed", "main", new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero), "application/octet-stream", null,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["commit"] = "9fceb02" }, null, "AAEC")]));
        var token = await host.SendAsync(new IssueToken("build server", ["tasks:write", "webhooks"], TimeProvider.System.GetUtcNow().AddDays(1)));
        await host.SendAsync(new RevokeToken(new(token.Id)));
        await host.SendAsync(new RegisterAccount("ann@people.example", "Ann", "correct horse battery", Administrator: true));
        await RecordFactsAsync(host);
        await RecordFactsOfPeopleAsync(host);
    }

    private static Task RecordFactsOfPeopleAsync(TestHost host) => host.InUnitOfWorkAsync(async services =>
    {
        var facts = services.GetRequiredService<IFacts>();
        var (id, code, at) = (Guid.CreateVersion7(), Guid.CreateVersion7(), new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero));
        DomainEvent[] ofUser =
        [
            new UserRegistrationFailed(id, "account.already_exists", code),
            new UserInvited(id, IsAdministrator: true, at),
            new UserConfirmationRequested(id, code),
            new UserConfirmationAttempted(id),
            new UserConfirmationSucceeded(id, IsChange: false),
            new UserConfirmationFailed(id, "code.refused"),
            new UserEmailChangeRequested(id, code),
            new UserPasswordChangeAttempted(id),
            new UserPasswordChangeSucceeded(id),
            new UserPasswordChangeFailed(id, "auth.wrong_password"),
            new UserPasswordResetRequested(id, code),
            new UserPasswordResetAttempted(id),
            new UserPasswordResetSucceeded(id),
            new UserPasswordResetFailed(id, "code.refused"),
            new UserTotpEnabled(id),
            new UserTotpDisabled(id),
            new UserRoleChanged(id, IsAdministrator: true),
            new UserDisabled(id),
            new UserEnabled(id),
            new UserSignInsRefused(null, 5, at),
            new UserDeleted(id),
        ];
        DomainEvent[] ofSession =
        [
            new SessionSignInAttempted(id, null),
            new SessionSignInFailed(id, null, "auth.failed"),
            new SessionSignInSucceeded(id, id),
            new SessionRefreshAttempted(id, id),
            new SessionRefreshSucceeded(id, id),
            new SessionRefreshFailed(id, id, "token.reused"),
            new SessionEnded(id, id, SessionEndReason.TokenReused),
        ];
        foreach (var fact in ofUser)
            await facts.RecordAsync(FactStreams.User, id, fact, default);
        foreach (var fact in ofSession)
            await facts.RecordAsync(FactStreams.Session, id, fact, default);
    });

    private static Task RecordFactsAsync(TestHost host) => host.InUnitOfWorkAsync(async services =>
    {
        var facts = services.GetRequiredService<IFacts>();
        var id = Guid.CreateVersion7();
        DomainEvent[] ofSubscription =
        [
            new SubscriptionPaused("mail"),
            new SubscriptionResumed("mail"),
            new SubscriptionRewound("mail", 7, 3),
            new SubscriptionReplayStarted("mail", 1, 0, 7, ["task.created"]),
            new SubscriptionReplayCancelled("mail", 1, 3),
            new SubscriptionEventDeadLettered("mail", id, "task.created", "task", id, 10, "The \"server\" said no."),
            new SubscriptionEventsRetried("mail", 2),
            new SubscriptionEventDiscarded("mail", id, "task.created", id, "Ann knows."),
        ];
        foreach (var fact in ofSubscription)
            await facts.RecordOfSubscriptionAsync("mail", fact, default);
        await facts.RecordAsync(FactStreams.Command, id, new CommandFailed(id, "CompleteTask", "task.deleted", "The task is deleted.", true, 12, 3), default);
        await facts.RecordAsync(FactStreams.Command, id, new CommandDenied(id, "CompleteTask", "auth.forbidden", null, 12, 0), default);
        await facts.RecordAsync(FactStreams.Token, id, new TokenIssueFailed(id, "token.already_exists"), default);
        await facts.RecordAsync(FactStreams.Token, id, new TokenUseAttempted(id), default);
        await facts.RecordAsync(FactStreams.Token, id, new TokenUseSucceeded(id), default);
        await facts.RecordAsync(FactStreams.Token, id, new TokenUseFailed(id, "token.expired"), default);
        await facts.RecordAsync(FactStreams.Alert, id, new AlertRaised("key", AlertSeverity.Error, "source", "code", "A sentence.", 4), default);
    });
}

public sealed class EventLogContentsOnSqlite() : EventLogContents(DatabaseKind.Sqlite);

public sealed class EventLogContentsOnPostgreSql() : EventLogContents(DatabaseKind.PostgreSql);

public sealed class EventLogContentsOnSqlServer() : EventLogContents(DatabaseKind.SqlServer);

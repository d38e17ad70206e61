using TaskManagement.Application.Notifications;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Support.TeamLife;

namespace TaskManagement.Infrastructure.IntegrationTests.Notifications;

/// <summary>From the command to the mail, through the engine.</summary>
public abstract class MailingPeople(DatabaseKind database) : DatabaseTest(database), IDisposable
{
    private static readonly string[] Subscriptions = ["mail-mentioned", "mail-assignee", "mail-previous-assignee", "mail-creator", "mail-watchers"];
    private static readonly UserId Ann = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000a"));
    private static readonly UserId Bob = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000b"));
    private static readonly UserId Cleo = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000c"));

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"outbox-{Guid.CreateVersion7():N}");

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Assignee_and_creator_are_told_what_others_do_and_nobody_of_what_they_did_themselves()
    {
        await using var host = await StartAsync(settings: Folder);
        await using var engine = await Engine.StartAsync(host);
        var project = await SharedProjectAsync(host);

        var task = await host.SendAsync(new CreateTask("Water the plants", AssigneeId: Bob.Value, ProjectId: project.Value), By(Ann));
        var id = new TaskId(task.Id);
        await host.SendAsync(new UpdateTask(id, null, new() { Due = new(DueDate.On(new(2026, 12, 1))) }), By(Cleo));
        await host.SendAsync(new StartTask(id), By(Bob));
        await host.SendAsync(new CompleteTask(id), By(Bob));
        await host.SendAsync(new ReopenTask(id), By(Ann));
        await host.SendAsync(new UpdateTask(id, null, new() { AssigneeId = new(Cleo.Value) }), By(Bob));
        await host.SendAsync(new CancelTask(id, Reason: "It rains."), new() { Actor = new("token:0198f5e0-0000-7000-8000-000000000001") });

        Assert.Equal(
            new[]
            {
                (Bob, "Assigned to you"),
                (Bob, "New due date"),
                (Ann, "New due date"),
                (Ann, "Completed"),
                (Bob, "Reopened"),
                (Cleo, "Assigned to you"),
                (Ann, "Assigned"),
                (Cleo, "Cancelled"),
                (Ann, "Cancelled"),
            }.Select(told => $"<{told.Item1}@users.localhost> {told.Item2}: OPS-1 Water the plants").Order(),
            (await ReceivedAsync(engine)).Select(mail => $"{mail["To"]} {mail.Subject}").Order());
    }

    [Fact]
    public async Task Who_is_told_does_not_depend_on_when()
    {
        await using var host = await StartAsync(settings: Folder);
        var task = new TaskId((await host.SendAsync(new CreateTask("Water the plants", ProjectId: (await SharedProjectAsync(host)).Value), By(Ann))).Id);
        await Engine.SubscribeAsync(host);

        await host.SendAsync(new UpdateTask(task, null, new() { AssigneeId = new(Bob.Value) }), By(Bob));
        await host.SendAsync(new CancelTask(task), By(Cleo));
        await host.SendAsync(new UpdateTask(task, null, new() { AssigneeId = new(Ann.Value) }), By(Bob));
        await host.SendAsync(new UpdateTask(task, null, new() { AssigneeId = new(null) }), By(Ann));
        await host.SendAsync(new ReopenTask(task), By(Cleo));
        await using var engine = await Engine.StartAsync(host);

        Assert.Equal(
            new[]
            {
                (Ann, "Assigned"),
                (Ann, "Cancelled"),
                (Bob, "Cancelled"),
                (Ann, "Assigned to you"),
                (Ann, "Reopened"),
            }.Select(told => $"<{told.Item1}@users.localhost> {told.Item2}: OPS-1 Water the plants").Order(),
            (await ReceivedAsync(engine)).Select(mail => $"{mail["To"]} {mail.Subject}").Order());
    }

    [Fact]
    public async Task Mentioned_people_and_watchers_are_told_unless_they_want_no_mail_of_it()
    {
        await using var host = await StartAsync(settings: Folder);
        await using var engine = await Engine.StartAsync(host);
        var task = new TaskId((await host.SendAsync(new CreateTask("Water the plants", ProjectId: (await SharedProjectAsync(host)).Value), By(Ann))).Id);
        foreach (var person in (UserId[])[Ann, Bob, Cleo])
            await host.SendAsync(new WatchTask(task), By(person));
        await host.SendAsync(new ChangeNotificationPreferences(new() { Cancelled = new(new() { Mail = new(false) }) }), By(Bob));

        await host.SendAsync(new CommentOnTask(task, $"@{Cleo} Where is the can?"), By(Ann));
        await host.SendAsync(new UnwatchTask(task), By(Cleo));
        await host.SendAsync(new CommentOnTask(task, $"@{Ann} In the shed."), By(Cleo));
        await host.SendAsync(new CancelTask(task), By(Cleo));

        Assert.Equal(
            new[]
            {
                (Cleo, "Mentioned"),
                (Bob, "New comment"),
                (Ann, "Mentioned"),
                (Bob, "New comment"),
                (Ann, "Cancelled"),
            }.Select(told => $"<{told.Item1}@users.localhost> {told.Item2}: OPS-1 Water the plants").Order(),
            (await ReceivedAsync(engine)).Select(mail => $"{mail["To"]} {mail.Subject}").Order());
    }

    [Fact]
    public async Task A_person_whom_the_mail_server_refuses_keeps_no_one_else_from_being_told()
    {
        await using var server = new SmtpServer { Answer = command => command.StartsWith($"RCPT TO:<{Bob}", StringComparison.Ordinal) ? "550 no such user" : "" };
        await using var host = await StartAsync(settings: new()
        {
            ["Notifications:Delivery"] = "Smtp",
            ["Notifications:SmtpHost"] = "127.0.0.1",
            ["Notifications:SmtpPort"] = $"{server.Port}",
            ["Notifications:SmtpUseTls"] = "false",
        });
        await using var engine = await Engine.StartAsync(host);

        var task = new TaskId((await host.SendAsync(new CreateTask("Water the plants", AssigneeId: Bob.Value, ProjectId: (await SharedProjectAsync(host)).Value), By(Ann))).Id);
        await host.SendAsync(new CancelTask(task), By(Cleo));
        await host.SendAsync(new UpdateTask(task, null, new() { AssigneeId = new(Cleo.Value) }), By(Ann));
        foreach (var subscription in Subscriptions)
            await engine.CaughtUpAsync(subscription);

        Assert.Equal(
            [$"{Ann}@users.localhost Cancelled", $"{Cleo}@users.localhost Assigned to you"],
            server.Messages.Select(ReceivedMail.Read).Select(mail => $"{mail["To"]} {mail.Subject.Split(':')[0]}").Order());
        Assert.Equal(
            [("task.assigned", 1), ("task.cancelled", 1)],
            (await engine.DeadLettersAsync("mail-assignee")).Select(dead => (dead.EventType, dead.Attempts)).Order());
    }

    private Dictionary<string, string?> Folder => new() { ["Notifications:Delivery"] = "Folder", ["Notifications:Folder"] = _folder };

    private static async Task<ProjectId> SharedProjectAsync(TestHost host)
    {
        var project = await host.CreateProjectAsync();
        await host.JoinAsync(project, Ann, Bob, Cleo);
        return project;
    }

    private async Task<IEnumerable<ReceivedMail>> ReceivedAsync(Engine engine)
    {
        foreach (var subscription in Subscriptions)
        {
            await engine.CaughtUpAsync(subscription);
            Assert.Empty(await engine.DeadLettersAsync(subscription));
        }

        return [.. Directory.GetFiles(_folder).Select(file => ReceivedMail.Read(File.ReadAllBytes(file)))];
    }
}

public sealed class MailingPeopleOnSqlite() : MailingPeople(DatabaseKind.Sqlite);

public sealed class MailingPeopleOnPostgreSql() : MailingPeople(DatabaseKind.PostgreSql);

public sealed class MailingPeopleOnSqlServer() : MailingPeople(DatabaseKind.SqlServer);

using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Notifications;
using TaskManagement.Application.Notifications.Reactions;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.UnitTests.Notifications;

public sealed class MailTests
{
    private const string AToken = "token:0198f5e0-0000-7000-8000-000000000001";
    private const long Version = 7;
    private static readonly TaskId Id = TaskId.New();
    private static readonly UserId Ann = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000a"));
    private static readonly UserId Bob = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000b"));
    private static readonly UserId Cleo = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000c"));
    private static readonly UserId Dora = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000d"));

    private readonly List<Message> _sent = [];
    private readonly List<NotificationPreference> _preferences = [];
    private readonly Mock<ITaskPeople> _people = new(MockBehavior.Strict);
    private readonly TaskMail _mail;
    private bool _isOn = true;
    private UserId? _refused;
    private UserId? _blind;

    public MailTests()
    {
        var sender = new Mock<INotificationSender>(MockBehavior.Strict);
        sender.Setup(port => port.IsOn).Returns(() => _isOn);
        sender.Setup(port => port.SendAsync(It.IsAny<Message>(), Ports.Token)).Returns((Message message, CancellationToken _) => Send(message));
        var preferences = new Mock<INotificationPreferences>(MockBehavior.Strict);
        preferences.Setup(port => port.FindAsync(It.IsAny<IReadOnlyCollection<UserId>>(), Ports.Token)).ReturnsAsync(_preferences);
        _people.Setup(port => port.FindSeeingAsync(Id, It.IsAny<IReadOnlyCollection<UserId>>(), Ports.Token))
            .ReturnsAsync((TaskId _, IReadOnlyCollection<UserId> people, CancellationToken _) => people.Where(person => person != _blind).ToHashSet());
        _mail = new(sender.Object, _people.Object, new(_people.Object, preferences.Object));
        Given(createdBy: Actor(Ann), assignee: Bob);
    }

    public static TheoryData<DomainEvent, string> WhatHappensToATask => new()
    {
        { new TaskCompleted(Id, "Title", default, default, Bob, null), "Completed: OPS-42 Water the plants" },
        { new TaskReopened(Id, "Title"), "Reopened: OPS-42 Water the plants" },
        { new TaskCancelled(Id, "Title", "Not needed."), "Cancelled: OPS-42 Water the plants" },
        { new TaskRescheduled(Id, null, DueDate.On(new(2026, 12, 1))), "New due date: OPS-42 Water the plants" },
        { new TaskRescheduled(Id, DueDate.On(new(2026, 12, 1)), null), "No due date: OPS-42 Water the plants" },
        { new TaskCommented(Id, CommentId.New(), "No water?", []), "New comment: OPS-42 Water the plants" },
    };

    [Fact]
    public async Task A_person_is_told_of_a_task_that_others_assign_to_them()
    {
        await HandleAsync(new TaskAssigned(Id, "Title", Bob, null), by: Actor(Ann));

        var message = Assert.Single(_sent);
        Assert.Equal((Bob, "Assigned to you: OPS-42 Water the plants"), (message.Recipient, message.Subject));
        Assert.Contains("OPS-42 Water the plants was assigned to you.\nIt is due on 2026-12-01 at 17:00 (Europe/Madrid).\n", message.Text, StringComparison.Ordinal);
        Assert.EndsWith("You get this because the task is assigned to you.\n", message.Text, StringComparison.Ordinal);
        Assert.Equal(Id.Value, message.Topic);
    }

    [Fact]
    public async Task Who_may_not_see_a_task_is_told_nothing_of_it()
    {
        _blind = Bob;

        await HandleAsync(new TaskAssigned(Id, "Title", Bob, null), by: AToken);

        Assert.Equal([Ann], _sent.Select(message => message.Recipient));
    }

    [Fact]
    public async Task Who_assigns_a_task_to_themselves_is_not_told_and_its_creator_is()
    {
        await HandleAsync(new TaskAssigned(Id, "Title", Bob, null), by: Actor(Bob));

        Assert.Equal([(Ann, "Assigned: OPS-42 Water the plants")], _sent.Select(message => (message.Recipient, message.Subject)));
    }

    [Fact]
    public async Task Who_had_a_task_before_is_told_that_it_was_given_to_someone_else()
    {
        await HandleAsync(new TaskAssigned(Id, "Title", Bob, Cleo), by: Actor(Ann));

        Assert.Equal([Bob, Cleo], _sent.Select(message => message.Recipient).OrderBy(person => person == Cleo));
        Assert.Contains(_sent, message => message.Subject == "No longer yours: OPS-42 Water the plants");
    }

    [Fact]
    public async Task Who_had_a_task_before_is_told_that_it_was_taken_and_given_to_no_one()
    {
        await HandleAsync(new TaskUnassigned(Id, "Title", Cleo), by: Actor(Ann));

        Assert.Equal(Cleo, Assert.Single(_sent).Recipient);
    }

    [Fact]
    public async Task Who_gives_a_task_away_is_told_of_nothing()
    {
        await HandleAsync(new TaskAssigned(Id, "Title", Bob, Ann), by: Actor(Ann));

        Assert.Equal(Bob, Assert.Single(_sent).Recipient);
    }

    [Fact]
    public async Task The_creator_from_whom_a_task_is_taken_gets_one_message()
    {
        await HandleAsync(new TaskAssigned(Id, "Title", Bob, Ann), by: Actor(Cleo));

        Assert.Equal(
            [(Bob, "Assigned to you"), (Ann, "No longer yours")],
            _sent.Select(message => (message.Recipient, message.Subject.Split(':')[0])).OrderBy(told => told.Item2));
    }

    [Theory]
    [MemberData(nameof(WhatHappensToATask))]
    public async Task Assignee_and_creator_are_told_what_others_do_with_a_task(DomainEvent happened, string subject)
    {
        await HandleAsync(happened, by: Actor(Cleo));

        Assert.Equal([Ann, Bob], _sent.Select(message => message.Recipient).OrderBy(person => person == Bob));
        Assert.All(_sent, message => Assert.Equal(subject, message.Subject));
    }

    [Fact]
    public async Task Where_mail_goes_nowhere_nobody_is_looked_for()
    {
        _isOn = false;
        _people.Reset();

        await HandleAsync(new TaskAssigned(Id, "Water the plants", Bob, null), by: AToken);

        Assert.Empty(_sent);
        _people.VerifyNoOtherCalls();
    }

    [Theory]
    [MemberData(nameof(WhatHappensToATask))]
    public async Task Nobody_is_told_of_what_they_did_themselves(DomainEvent happened, string subject)
    {
        await HandleAsync(happened, by: Actor(Bob));

        Assert.Equal([(Ann, subject)], _sent.Select(message => (message.Recipient, message.Subject)));
    }

    [Theory]
    [MemberData(nameof(WhatHappensToATask))]
    public async Task Who_is_assignee_and_creator_gets_one_message(DomainEvent happened, string subject)
    {
        Given(createdBy: Actor(Bob), assignee: Bob);

        await HandleAsync(happened, by: AToken);

        Assert.Equal([(Bob, subject)], _sent.Select(message => (message.Recipient, message.Subject)));
    }

    [Fact]
    public async Task Tokens_and_the_service_itself_get_no_mail()
    {
        foreach (var creator in new[] { AToken, "system:retention", "user:not-an-id" })
        {
            Given(createdBy: creator, assignee: null);
            await HandleAsync(new TaskReopened(Id, "Title"), by: Actor(Cleo));
        }

        Assert.Empty(_sent);
    }

    [Fact]
    public async Task A_message_has_an_id_of_its_own_that_is_the_same_each_time()
    {
        var happened = new TaskCancelled(Id, "Title", "Not needed.");

        await HandleAsync(happened, by: Actor(Cleo));
        await HandleAsync(happened, by: Actor(Cleo));

        Assert.Equal(4, _sent.Count);
        Assert.Equal(
            new[] { $"{happened.EventId}.{Bob}.mail-assignee", $"{happened.EventId}.{Ann}.mail-creator" }.Order(),
            _sent.Select(message => message.Id).Distinct().Order());
        Assert.All(_sent, message => Assert.Equal(happened.EventId, message.EventId));
    }

    [Fact]
    public async Task A_reason_and_the_due_date_before_are_told()
    {
        await HandleAsync(new TaskCancelled(Id, "Title", "Not needed."), by: Actor(Ann));
        await HandleAsync(new TaskRescheduled(Id, DueDate.On(new(2026, 12, 1)), DueDate.AtLocal(new(2026, 12, 2, 8, 30, 0))), by: Actor(Ann));

        Assert.Contains("was cancelled.\nReason: Not needed.\n", _sent[0].Text, StringComparison.Ordinal);
        Assert.Contains("is due on 2026-12-02 at 08:30 now.\nBefore, it was due on 2026-12-01.\n", _sent[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_about_a_task_that_is_gone()
    {
        _people.Setup(people => people.FindAsync(Id, Ports.Token)).ReturnsAsync((TaskHeading?)null);

        await HandleAsync(new TaskReopened(Id, "Title"), by: Actor(Cleo));

        Assert.Empty(_sent);
    }

    [Theory]
    [MemberData(nameof(WhatHappensToATask))]
    public async Task Those_who_watch_a_task_are_told_of_it_and_who_is_told_anyway_gets_one_message(DomainEvent happened, string subject)
    {
        Given(createdBy: Actor(Ann), assignee: Bob, Ann, Bob, Cleo, Dora);

        await HandleAsync(happened, by: Actor(Dora));

        Assert.Equal(
            [(Ann, "you created the task."), (Bob, "the task is assigned to you."), (Cleo, "you watch the task.")],
            _sent.OrderBy(message => message.Recipient).Select(message => (message.Recipient, message.Text.Split("because ")[1].TrimEnd())));
        Assert.All(_sent, message => Assert.Equal(subject, message.Subject));
    }

    [Fact]
    public async Task Whom_a_comment_mentions_is_told_that_it_does_and_what_it_says()
    {
        Given(createdBy: Actor(Ann), assignee: Bob, Cleo);

        await HandleAsync(new TaskCommented(Id, CommentId.New(), "No water?", [Bob, Cleo, Dora]), by: Actor(Dora));

        Assert.Equal([(Ann, "New comment"), (Bob, "Mentioned"), (Cleo, "Mentioned")], _sent.OrderBy(message => message.Recipient).Select(message => (message.Recipient, message.Subject.Split(':')[0])));
        Assert.Contains("has a comment that mentions you.\n\nNo water?\n", _sent[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_gets_mail_that_they_do_not_want()
    {
        Given(createdBy: Actor(Ann), assignee: Bob, Cleo);
        _preferences.AddRange([new(Bob, NotificationKind.Completed) { Mail = false }, new(Cleo, NotificationKind.Reopened) { Mail = false }, new(Ann, NotificationKind.Completed) { Inbox = false }]);

        await HandleAsync(new TaskCompleted(Id, "Title", default, default, Bob, null), by: Actor(Dora));

        Assert.Equal([Ann, Cleo], _sent.Select(message => message.Recipient).Order());
    }

    [Fact]
    public async Task One_watcher_who_is_refused_keeps_no_other_from_being_told()
    {
        Given(createdBy: AToken, assignee: null, Ann, Bob, Cleo);
        _refused = Ann;

        var failure = await Assert.ThrowsAsync<PermanentFailureException>(() => HandleAsync(new TaskReopened(Id, "Title"), by: AToken));

        Assert.Equal("No such person.", failure.Message);
        Assert.Equal([Bob, Cleo], _sent.Select(message => message.Recipient).Order());
    }

    private static string Actor(UserId person) => $"user:{person}";

    private Task Send(Message message)
    {
        if (message.Recipient == _refused)
            throw new PermanentFailureException("No such person.");
        _sent.Add(message);
        return Task.CompletedTask;
    }

    private void Given(string createdBy, UserId? assignee, params UserId[] watchers)
    {
        var due = DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid");
        _people.Setup(people => people.FindAsync(Id, Ports.Token)).ReturnsAsync(new TaskHeading("OPS-42", "Water the plants", due, new(createdBy)));
        _people.Setup(people => people.FindAssigneeAsync(Id, Version, Ports.Token)).ReturnsAsync(assignee);
        _people.Setup(people => people.FindWatchersAsync(Id, The.Stamp.At, Ports.Token)).ReturnsAsync(watchers);
    }

    /// <summary>Hands an event to each handler that takes it.</summary>
    private async Task HandleAsync(DomainEvent happened, string by)
    {
        object[] handlers = [new MailMentioned(_mail), new MailAssignee(_mail), new MailPreviousAssignee(_mail), new MailCreator(_mail), new MailWatchers(_mail)];
        foreach (var (handler, name) in handlers.Zip(["mail-mentioned", "mail-assignee", "mail-previous-assignee", "mail-creator", "mail-watchers"]))
        {
            var logged = new LoggedEvent(
                happened.EventId, "task", Id.Value, Version, "task.event", 1, "{}", by, "correlation", Guid.CreateVersion7(), null, 0, The.Stamp.At, 1);
            var committed = Activator.CreateInstance(typeof(Committed<>).MakeGenericType(happened.GetType()), happened, logged, new Delivery(name, 1, false))!;
            var contract = typeof(INotificationHandler<>).MakeGenericType(committed.GetType());
            if (contract.IsInstanceOfType(handler))
                await (Task)contract.GetMethod("Handle")!.Invoke(handler, [committed, Ports.Token])!;
        }
    }
}

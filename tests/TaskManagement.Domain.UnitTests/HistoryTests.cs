using System.Reflection;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class HistoryTests
{
    private static readonly string[] Spellings = ["home", "HOME", "Garden", "öl", "ÖL", "work"];
    private static readonly string[] Words = ["Water", "the", "plants", "🌱", "<b>"];

    private static readonly DueDate?[] Dues =
    [
        null,
        DueDate.On(new(2026, 12, 1)),
        DueDate.AtLocal(new(2026, 12, 1, 17, 0, 0)),
        DueDate.AtZoned(new(2026, 3, 29, 2, 30, 0), "Europe/Madrid"),
    ];

    /// <summary>The number of the case is the seed: one that fails is repeated by its number.</summary>
    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_task_is_what_its_events_tell_whatever_was_done_to_it(int seed)
    {
        var (task, events) = LiveAsTask(new(seed));

        AssertSameState(task, TaskItem.FromHistory(events));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_project_is_what_its_events_tell_whatever_was_done_to_it(int seed)
    {
        var (project, events) = LiveAsProject(new(seed));

        AssertSameState(project, Project.FromHistory(events));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_team_is_what_its_events_tell_and_keeps_an_owner_whatever_was_done_to_it(int seed)
    {
        var (team, events) = LiveAsTeam(new(seed));

        AssertSameState(team, Team.FromHistory(events));
        Assert.Contains(team.Members, member => member is { Role: ProjectRole.Owner, HasJoined: true });
    }

    // An event that no such life raises is one that no one has shown to be rebuilt: let these lives raise it.
    [Fact]
    public void These_lives_raise_every_event_of_tasks_projects_and_teams()
    {
        var raised = Enumerable.Range(1, 200)
            .SelectMany(seed => (PastEvent[])[.. LiveAsTask(new(seed)).Events, .. LiveAsProject(new(seed)).Events, .. LiveAsTeam(new(seed)).Events])
            .Select(past => past.Event.GetType())
            .ToHashSet();

        var all = typeof(TaskCreated).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(DomainEvent)) && (type.Namespace == typeof(TaskCreated).Namespace || type.Namespace == typeof(ProjectCreated).Namespace));
        Assert.Empty(all.Except(raised));
    }

    [Fact]
    public void Who_and_when_are_those_of_the_first_and_the_last_event()
    {
        var task = Given.Task();
        task.Start(The.LaterStamp);
        var created = new TaskCreated(task.Id, "Task", null, TaskPriority.None, null, [], null, null) { OccurredAt = The.Present };

        var rebuilt = TaskItem.FromHistory(
            [new(created, 1, The.Actor), new(task.PendingEvents[0].Event, 2, The.LaterStamp.By)]);

        Assert.Equal(2, rebuilt.Version);
        Assert.Equal((The.Present, The.Actor), (rebuilt.CreatedAt, rebuilt.CreatedBy));
        Assert.Equal((The.LaterStamp.At, The.LaterStamp.By), (rebuilt.UpdatedAt, rebuilt.UpdatedBy));
        Assert.Empty(rebuilt.PendingEvents);
    }

    [Fact]
    public void Events_are_taken_in_one_after_the_other_and_not_on_top_of_unsaved_ones()
    {
        var task = Given.Task();
        var deleted = new TaskDeleted(task.Id, "Task", null);

        Assert.Throws<InvalidOperationException>(() => task.Replay(new(deleted, 2, The.Actor)));
        task.Start(The.Stamp);
        Assert.Throws<InvalidOperationException>(() => task.Replay(new(deleted, 1, The.Actor)));
        Assert.False(task.IsDeleted);
    }

    [Fact]
    public void An_event_that_no_one_says_the_meaning_of_is_refused_by_name()
    {
        var ofProjects = new PastEvent(new ProjectRestored(The.Ops, "Operations"), 1, The.Actor);
        var ofTasks = new PastEvent(new TaskRestored(TaskId.New(), "Task"), 1, The.Actor);

        Assert.Contains("TaskItem.Apply has no case for ProjectRestored", Assert.Throws<InvalidOperationException>(() => TaskItem.FromHistory([ofProjects])).Message, StringComparison.Ordinal);
        Assert.Contains("Project.Apply has no case for TaskRestored", Assert.Throws<InvalidOperationException>(() => Project.FromHistory([ofTasks])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_on_record_is_no_less_a_label_for_a_rule_that_came_later()
    {
        var name = new string('x', TaskLabel.MaxLength + 1);
        var created = new TaskCreated(TaskId.New(), "Task", null, TaskPriority.None, null, [name], null, null);

        Assert.Equal(name, Assert.Single(TaskItem.FromHistory([new(created, 1, The.Actor)]).Labels).Name);
    }

    private static (TaskItem Task, List<PastEvent> Events) LiveAsTask(Random random)
    {
        var task = TaskItem.Create(
            TaskId.New(), Title(), Description(), Priority(), Pick(Dues), Labels(), Person(), Project(), The.Stamp);
        List<PastEvent> events = [];
        Save(task, events);
        for (var i = 0; i < 30; i++)
        {
            var stamp = new ChangeStamp(The.Actor, The.Present.AddMinutes(i));
            try
            {
                Change(stamp);
            }
            catch (Exception refused) when (refused is DomainException or InvalidOperationException)
            {
                // What is refused changes nothing.
            }

            Save(task, events);
        }

        return (task, events);

        void Change(ChangeStamp stamp)
        {
            switch (random.Next(15))
            {
                case 0: task.Start(stamp); break;
                case 1: task.Complete(stamp); break;
                case 2: task.Cancel(Reason.From("Why not"), stamp); break;
                case 3: task.Reopen(stamp); break;
                case 4: task.Describe(Title(), Description(), stamp); break;
                case 5: task.Prioritize(Priority(), stamp); break;
                case 6: task.Reschedule(Pick(Dues), stamp); break;
                case 7: task.Relabel(Labels(), stamp); break;
                case 8: task.Assign(Person(), stamp); break;
                case 9: task.Move(Project(), stamp); break;
                case 10: task.Number(new(ProjectKey.From("OPS"), random.Next(1, 99)), stamp); break;
                case 11: task.Comment(CommentId.New(), CommentText.From(Pick(Words)), stamp); break;
                case 12 when random.Next(3) == 0: task.Delete(Reason.From("Why not"), stamp); break;
                default: task.Restore(stamp); break;
            }
        }

        TaskTitle Title() => TaskTitle.From(Pick(Words));
        TaskDescription? Description() => TaskDescription.From(random.Next(3) == 0 ? null : Pick(Words));
        TaskPriority Priority() => Pick(Enum.GetValues<TaskPriority>());
        IEnumerable<TaskLabel> Labels() => Given.Labels(random.GetItems(Spellings, random.Next(4)));
        UserId? Person() => Pick<UserId?>([null, The.Ann, The.Ben]);
        ProjectId? Project() => Pick<ProjectId?>([null, The.Ops, The.Dev]);
        T Pick<T>(IReadOnlyList<T> some) => some[random.Next(some.Count)];
    }

    private static (Project Project, List<PastEvent> Events) LiveAsProject(Random random)
    {
        var project = Project.Create(ProjectId.New(), ProjectKey.From("OPS"), ProjectName.From("Operations"), The.Stamp);
        List<PastEvent> events = [];
        Save(project, events);
        for (var i = 0; i < 20; i++)
        {
            var stamp = new ChangeStamp(The.Actor, The.Present.AddMinutes(i));
            try
            {
                Change(stamp);
            }
            catch (DomainException)
            {
                // What is refused changes nothing.
            }

            Save(project, events);
        }

        return (project, events);

        void Change(ChangeStamp stamp)
        {
            switch (random.Next(6))
            {
                case 0: project.Rename(ProjectName.From(Words[random.Next(Words.Length)]), stamp); break;
                case 1: project.Archive(OpenTasksPolicy.Cancel, stamp); break;
                case 2: project.Unarchive(stamp); break;
                case 3: project.Delete(null, stamp); break;
                default: project.Restore(stamp); break;
            }
        }
    }

    private static void Save(AggregateRoot aggregate, List<PastEvent> events)
    {
        foreach (var raised in aggregate.TakePendingEvents())
            events.Add(new(raised.Event, events.Count + 1, The.Actor));
    }

    /// <summary>Every property is the same, save those that are stamped when the aggregate is saved, which these here never are.</summary>
    private static (Team Team, List<PastEvent> Events) LiveAsTeam(Random random)
    {
        UserId[] people = [The.Ann, The.Ben, new(Guid.Parse("00000000-0000-7000-8000-00000000000c"))];
        var team = Team.OfCreator(The.Ops, The.Ann, The.Stamp);
        List<PastEvent> events = [];
        Save(team, events);
        for (var i = 0; i < 20; i++)
        {
            var stamp = new ChangeStamp(The.Actor, The.Present.AddMinutes(i));
            try
            {
                Change(people[random.Next(people.Length)], (ProjectRole)random.Next(1, 5), stamp);
            }
            catch (DomainException)
            {
                // What is refused changes nothing.
            }

            Save(team, events);
        }

        return (team, events);

        void Change(UserId person, ProjectRole role, ChangeStamp stamp)
        {
            switch (random.Next(4))
            {
                case 0: team.Invite(person, role, stamp); break;
                case 1: team.Join(person, stamp); break;
                case 2: team.ChangeRole(person, role, stamp); break;
                default: team.Remove(person, stamp); break;
            }
        }
    }

    private static void AssertSameState<T>(T expected, T actual)
        where T : AggregateRoot
    {
        string[] stamped = [nameof(AggregateRoot.Version), nameof(AggregateRoot.CreatedAt), nameof(AggregateRoot.CreatedBy), nameof(AggregateRoot.UpdatedAt), nameof(AggregateRoot.UpdatedBy)];
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => !stamped.Contains(property.Name)))
            Assert.Equal(Shown(property.GetValue(expected)), Shown(property.GetValue(actual)));

        static object? Shown(object? value) => value switch
        {
            IReadOnlyList<TaskLabel> labels => labels.Select(label => (label.Name, label.Key)).ToList(),
            IReadOnlyList<TeamMember> members => members.Select(member => (member.UserId, member.Role, member.InvitedAt, member.JoinedAt)).ToList(),
            _ => value,
        };
    }
}

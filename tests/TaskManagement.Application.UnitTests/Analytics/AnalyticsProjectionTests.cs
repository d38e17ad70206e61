using TaskManagement.Application.Analytics;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.UnitTests.Analytics;

public sealed class AnalyticsProjectionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProjectId Ops = ProjectId.New();
    private static readonly UserId Bob = new(Guid.CreateVersion7());

    private readonly AnalyticsInMemory _store = new();
    private readonly TaskId _task = TaskId.New();

    [Fact]
    public async Task Everything_counts_on_the_day_on_which_it_happens()
    {
        await ApplyAsync(Created(Noon), Cancelled(Noon.AddDays(1)), Reopened(Noon.AddDays(2)), Completed(Noon.AddDays(3)));

        Assert.Equal((1, 0, 0, 0), Counts(Noon));
        Assert.Equal((0, 0, 1, 0), Counts(Noon.AddDays(1)));
        Assert.Equal((0, 0, 0, 1), Counts(Noon.AddDays(2)));
        Assert.Equal((0, 1, 0, 0), Counts(Noon.AddDays(3)));
        Assert.Equal(4, _store.Days.Count);
    }

    [Fact]
    public async Task A_day_begins_and_ends_in_UTC()
    {
        await ApplyAsync(Created(new(2026, 3, 5, 1, 0, 0, TimeSpan.FromHours(2))));

        Assert.Equal(new DateOnly(2026, 3, 4), Assert.Single(_store.Days.Keys).Day);
    }

    [Fact]
    public async Task Everything_counts_for_the_project_and_the_assignee_that_the_task_has_then()
    {
        await ApplyAsync(
            Created(Noon),
            At(Noon, new TaskAssigned(_task, "Task", Bob, null)),
            At(Noon, new TaskMoved(_task, null, Ops, null)),
            Cancelled(Noon),
            At(Noon, new TaskUnassigned(_task, "Task", Bob)),
            Reopened(Noon),
            At(Noon, new TaskMoved(_task, Ops, null, "OPS-1")),
            At(Noon, new TaskAssigned(_task, "Task", The.Ann, null)),
            Completed(Noon, The.Ann));

        Assert.Equal((1, 0, 0, 0), Counts(Noon));
        Assert.Equal((0, 0, 1, 0), Counts(Noon, Ops, Bob));
        Assert.Equal((0, 0, 0, 1), Counts(Noon, Ops));
        Assert.Equal((0, 1, 0, 0), Counts(Noon, null, The.Ann));
    }

    [Fact]
    public async Task A_task_created_in_a_project_for_a_person_counts_for_both()
    {
        await ApplyAsync(At(Noon, new TaskCreated(_task, "Task", null, TaskPriority.None, null, [], Bob, Ops)));

        Assert.Equal((1, 0, 0, 0), Counts(Noon, Ops, Bob));
        Assert.Single(_store.Days);
    }

    [Theory]
    [InlineData(0, "hour")]
    [InlineData(60, "hour")]
    [InlineData(61, "day")]
    [InlineData(24 * 60, "day")]
    [InlineData(24 * 60 + 1, "week")]
    [InlineData(7 * 24 * 60 + 1, "month")]
    [InlineData(30 * 24 * 60, "month")]
    [InlineData(30 * 24 * 60 + 1, "longer")]
    public async Task The_completion_time_runs_from_the_creation(int minutes, string bucket)
    {
        var done = Noon.AddMinutes(minutes);

        await ApplyAsync(Created(Noon), Completed(done));

        var day = Day(done);
        Assert.Equal(minutes * 60_000L, day.CompletionTotal);
        Assert.Equal((day.CompletionTotal, day.CompletionTotal), (day.CompletionMin, day.CompletionMax));
        Assert.Equal(
            bucket,
            (day.WithinHour, day.WithinDay, day.WithinWeek, day.WithinMonth, day.Longer) switch
            {
                (1, 0, 0, 0, 0) => "hour",
                (0, 1, 0, 0, 0) => "day",
                (0, 0, 1, 0, 0) => "week",
                (0, 0, 0, 1, 0) => "month",
                (0, 0, 0, 0, 1) => "longer",
                var other => other.ToString(),
            });
    }

    [Fact]
    public async Task A_reopened_task_counts_again_and_its_time_runs_from_the_reopening()
    {
        await ApplyAsync(Created(Noon), Completed(Noon.AddHours(1)), Reopened(Noon.AddHours(5)), Completed(Noon.AddHours(7)));

        var day = Day(Noon);
        Assert.Equal((2, 1), (day.Completed, day.Reopened));
        Assert.Equal(3 * 3_600_000, day.CompletionTotal);
        Assert.Equal((3_600_000, 2 * 3_600_000), (day.CompletionMin, day.CompletionMax));
    }

    [Fact]
    public async Task A_task_whose_creation_was_never_seen_counts_without_a_time()
    {
        await ApplyAsync(Completed(Noon), Cancelled(Noon), Reopened(Noon));

        Assert.Equal((0, 1, 1, 1), Counts(Noon));
        Assert.Equal((0, null, null), (Day(Noon).CompletionTotal, Day(Noon).CompletionMin, Day(Noon).CompletionMax));
    }

    [Fact]
    public async Task A_time_is_never_negative_whatever_the_clocks_say()
    {
        await ApplyAsync(Created(Noon), Completed(Noon.AddSeconds(-1)));

        Assert.Equal((0, 0), (Day(Noon).CompletionTotal, Day(Noon).CompletionMin));
    }

    [Fact]
    public async Task What_is_deleted_keeps_what_it_counted_for()
    {
        await ApplyAsync(Created(Noon), At(Noon, new TaskDeleted(_task, "Task", null)));

        Assert.Equal((1, 0, 0, 0), Counts(Noon));
    }

    [Fact]
    public async Task Events_count_the_same_together_as_one_by_one()
    {
        DomainEvent[] events =
        [
            Created(Noon),
            At(Noon, new TaskAssigned(_task, "Task", Bob, null)),
            At(Noon, new TaskMoved(_task, null, Ops, null)),
            Completed(Noon.AddHours(2), Bob, Ops),
            Reopened(Noon.AddHours(3)),
            Completed(Noon.AddHours(4), Bob, Ops),
        ];
        var together = new AnalyticsInMemory();

        await new AnalyticsProjection(together).ApplyAsync(events, Ports.Token);
        foreach (var happened in events)
            await ApplyAsync(happened);

        Assert.Equivalent(together.Days, _store.Days, strict: true);
        Assert.Equivalent(together.Tasks, _store.Tasks, strict: true);
        Assert.Equal((0, 2, 0, 1), Counts(Noon, Ops, Bob));
    }

    private static TEvent At<TEvent>(DateTimeOffset time, TEvent happened)
        where TEvent : DomainEvent =>
        happened with { OccurredAt = time };

    private TaskCreated Created(DateTimeOffset at) => At(at, new TaskCreated(_task, "Task", null, TaskPriority.None, null, [], null, null));

    private TaskCompleted Completed(DateTimeOffset at, UserId? assignee = null, ProjectId? project = null) =>
        At(at, new TaskCompleted(_task, "Task", The.Actor, at, assignee, project));

    private TaskCancelled Cancelled(DateTimeOffset at) => At(at, new TaskCancelled(_task, "Task", null));

    private TaskReopened Reopened(DateTimeOffset at) => At(at, new TaskReopened(_task, "Task"));

    private Task ApplyAsync(params DomainEvent[] events) => new AnalyticsProjection(_store).ApplyAsync(events, Ports.Token);

    private AnalyticsDay Day(DateTimeOffset at, ProjectId? project = null, UserId? person = null) =>
        _store.Days[new(DateOnly.FromDateTime(at.UtcDateTime), project?.Value ?? default, person?.Value ?? default)];

    private (long Created, long Completed, long Cancelled, long Reopened) Counts(DateTimeOffset at, ProjectId? project = null, UserId? person = null)
    {
        var day = Day(at, project, person);
        return (day.Created, day.Completed, day.Cancelled, day.Reopened);
    }
}

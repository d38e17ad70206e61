using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Idempotency;
using TaskManagement.Infrastructure.IntegrationTests.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;
using static TaskManagement.Infrastructure.IntegrationTests.Operations.OperationsSteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

public abstract class VerifyingWhileItRuns(DatabaseKind database) : DatabaseTest(database)
{
    private static readonly ActorId Rows = new("test:rows");

    private readonly Inbox _inbox = new();

    [Fact]
    public async Task While_others_write_and_events_are_delivered_nothing_differs()
    {
        await using var host = await StartAsync(settings: Quick);
        await using var engine = await Engine.StartAsync(host);

        var writers = Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(() => Lives.LiveAtRandomAsync(host, seed, steps: 80))));
        var looks = 0;
        for (; !writers.IsCompleted || looks < 3; looks++)
            await host.AssertLogIsCompleteAsync();

        await writers;
        await engine.CaughtUpAsync("count-tasks");
        await host.AssertLogIsCompleteAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task What_a_projection_passed_and_did_not_handle_is_left_out(int partitions)
    {
        await using var host = await StartAsync(
            services => services.WithInbox(_inbox).AddScoped<IProjectionCheck, CheckRows>(),
            new(Quick, StringComparer.Ordinal) { ["Subscriptions:test-inbox:Partitions"] = $"{partitions}" });
        _inbox.Do = (logged, services, _) => logged.Payload.Contains("\"title\":\"Poison\"", StringComparison.Ordinal)
            ? throw new PermanentFailureException("No.")
            : WriteRowAsync(logged, services);
        await using var engine = await Engine.StartAsync(host);
        TaskId[] tasks = [.. await Task.WhenAll(Enumerable.Range(0, 12).Select(i => host.CreateTaskAsync(i % 6 == 0 ? "Poison" : "Task")))];
        foreach (var task in tasks)
            await host.RenameAsync(task, "Renamed");
        await engine.CaughtUpAsync(InboxName);

        await AssertRowsAsync(host, leftOut: 4);
        await host.SendAsync(new DiscardParkedEvents("No use.", Filter: new(Status: ParkedState.Dead)));
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 0);
        await AssertRowsAsync(host, leftOut: 2);

        _inbox.Do = (logged, services, _) => WriteRowAsync(logged, services);
        await host.SendAsync(new RewindSubscription(InboxName, new("1")));
        await engine.CaughtUpAsync(InboxName);
        await AssertRowsAsync(host, leftOut: 0);

        await host.ReadAsync(db => db.IdempotencyKeys.Where(row => row.Actor == Rows).OrderBy(row => row.Key).Take(1).ExecuteDeleteAsync());
        var difference = Assert.Single((await host.VerifyAsync()).Differences);
        Assert.Equal(DifferenceKind.MissingRow, difference.Kind);
        Assert.StartsWith("test-inbox, event ", difference.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_projection_that_can_not_be_made_anew_is_said_to_be_so()
    {
        await using var host = await StartAsync(services => services.AddScoped<IProjectionCheck, CheckNothing>().AddScoped<IProjectionCheck, CheckAndFail>());

        var verified = await host.SendAsync(new VerifyStore());

        Assert.Equal(
            ["alerts was not compared: There is no making it.", "no-such was not compared: CheckNothing is about a subscription that there is not."],
            verified.Differences.Where(difference => difference.Kind == DifferenceKind.NotCompared).Select(difference => difference.Detail));
        Assert.Equal(2, verified.DifferencesFound);
    }

    [Fact]
    public async Task One_runs_at_a_time_and_ends_when_no_one_waits_for_it_any_more()
    {
        var pace = new Pace();
        await using var host = await StartAsync(services => services.AddSingleton(pace).AddScoped<IProjectionCheck, CheckSlowly>());
        using var caller = new CancellationTokenSource();
        var first = host.SendAsync(new VerifyStore(), cancellationToken: caller.Token);
        await pace.Begun.Task;

        var refused = await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new VerifyStore()));
        // Nor does it keep anyone from writing.
        await host.CreateTaskAsync();
        await caller.CancelAsync();

        Assert.Equal("verify.running", refused.Code);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        pace.Goes.SetResult();
        await host.AssertLogIsCompleteAsync();
    }

    private static async Task AssertRowsAsync(TestHost host, int leftOut)
    {
        var verified = await host.VerifyAsync();
        Assert.Empty(verified.Differences.Select(difference => difference.Detail));
        Assert.Equal(leftOut, verified.Projections.Single(projection => projection.Subscription == InboxName).LeftOut);
    }

    private static async Task WriteRowAsync(LoggedEvent logged, IServiceProvider services)
    {
        var db = services.GetRequiredService<TaskManagementDbContext>();
        var key = logged.EventId.ToString();
        if (await db.IdempotencyKeys.FindAsync(Rows, key) is not null)
            return;
        var row = new IdempotencyRecord { Actor = Rows, Key = key };
        row.Write("", () => "", logged.OccurredAt);
        db.IdempotencyKeys.Add(row);
    }

    /// <summary>A row for each event of a task.</summary>
    private sealed class CheckRows(TaskManagementDbContext db) : IProjectionCheck
    {
        public string Subscription => InboxName;

        public async IAsyncEnumerable<ProjectionDifference> FindDifferencesAsync(
            IAsyncEnumerable<IDomainEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var expected = await events.Where(happened => happened.GetType().Name.StartsWith("Task", StringComparison.Ordinal))
                .Select(happened => happened.EventId.ToString()).ToHashSetAsync(cancellationToken: cancellationToken);
            var rows = await db.IdempotencyKeys.Where(row => row.Actor == Rows).Select(row => row.Key).ToListAsync(cancellationToken);
            foreach (var row in rows.Where(row => !expected.Remove(row)))
                yield return new($"event {row}", Column: null, row, ByLog: null);
            foreach (var missing in expected)
                yield return new($"event {missing}", Column: null, Stored: null, missing);
        }
    }

    private sealed class CheckNothing : IProjectionCheck
    {
        public string Subscription => "no-such";

        public IAsyncEnumerable<ProjectionDifference> FindDifferencesAsync(IAsyncEnumerable<IDomainEvent> events, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<ProjectionDifference>();
    }

    private sealed class CheckAndFail : IProjectionCheck
    {
        public string Subscription => "alerts";

        public IAsyncEnumerable<ProjectionDifference> FindDifferencesAsync(IAsyncEnumerable<IDomainEvent> events, CancellationToken cancellationToken) =>
            throw new FormatException("There is no making it.");
    }

    private sealed class Pace
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Goes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class CheckSlowly(Pace pace) : IProjectionCheck
    {
        public string Subscription => "alerts";

        public async IAsyncEnumerable<ProjectionDifference> FindDifferencesAsync(
            IAsyncEnumerable<IDomainEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            pace.Begun.TrySetResult();
            await pace.Goes.Task.WaitAsync(cancellationToken);
            yield break;
        }
    }
}

public sealed class VerifyingWhileItRunsOnSqlite() : VerifyingWhileItRuns(DatabaseKind.Sqlite);

public sealed class VerifyingWhileItRunsOnPostgreSql() : VerifyingWhileItRuns(DatabaseKind.PostgreSql);

public sealed class VerifyingWhileItRunsOnSqlServer() : VerifyingWhileItRuns(DatabaseKind.SqlServer);

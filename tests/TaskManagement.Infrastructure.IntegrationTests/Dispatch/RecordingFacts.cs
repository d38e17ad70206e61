using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>Events that are no change of an aggregate.</summary>
public abstract class RecordingFacts(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task Facts_of_one_subject_are_numbered_without_gaps_and_say_who_and_when()
    {
        var clock = new ManualClock();
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));

        await RecordAsync(host, "mail", new SubscriptionPaused("mail"), new SubscriptionResumed("mail"));
        await RecordAsync(host, "search", new SubscriptionPaused("search"));
        clock.Now += TimeSpan.FromHours(1);
        await RecordAsync(host, "mail", new SubscriptionPaused("mail"));

        var mail = await FactsOfAsync(host, "mail");
        Assert.Equal([1L, 2, 3], mail.Select(record => record.StreamVersion));
        Assert.Equal(["subscription.paused", "subscription.resumed", "subscription.paused"], mail.Select(record => record.Type));
        Assert.All(mail, record => Assert.Equal(("subscription", "user:tester", "test-correlation"), (record.StreamType, record.Actor.Value, record.CorrelationId)));
        Assert.Equal([0, 0, 1], mail.Select(record => (record.OccurredAt - TestHostSteps.Stamp.At).TotalHours));
        Assert.Equal([1L], (await FactsOfAsync(host, "search")).Select(record => record.StreamVersion));
        Assert.Equal("""{"subscription":"mail"}""", mail[0].Payload);
    }

    [Fact]
    public async Task Facts_and_changes_of_one_transaction_are_logged_in_the_order_in_which_they_happened()
    {
        await using var host = await StartAsync();

        await InTransactionAsync(host, async (db, facts) =>
        {
            var task = TestHostSteps.NewTask();
            db.Tasks.Add(task);
            await facts.RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), default);
            task.Start(TestHostSteps.Stamp);
            await facts.RecordOfSubscriptionAsync("search", new SubscriptionPaused("search"), default);
            await facts.RecordOfSubscriptionAsync("mail", new SubscriptionResumed("mail"), default);
            await db.SaveChangesAsync();
            // A second save in the same transaction goes on where the first ended.
            await facts.RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), default);
            await db.SaveChangesAsync();
            await db.Database.CommitTransactionAsync();
        });

        Assert.Equal(
            [("task.created", 1L), ("subscription.paused", 1), ("task.status_changed", 2), ("subscription.paused", 1), ("subscription.resumed", 2), ("subscription.paused", 3)],
            (await host.EventsAsync()).Select(record => (record.Type, record.StreamVersion)));
    }

    [Fact]
    public async Task A_fact_is_published_to_its_in_transaction_handlers_and_its_cause_is_the_event_that_led_to_it()
    {
        List<string> paused = [];
        await using var host = await StartAsync(services => services
            .On<TaskCreated>((_, scope) => scope.GetRequiredService<IFacts>().RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), default))
            .On<SubscriptionPaused>(async (fact, scope) =>
            {
                paused.Add(fact.Subscription);
                await scope.GetRequiredService<IFacts>().RecordOfSubscriptionAsync("mail", new SubscriptionResumed("mail"), default);
            }));

        await host.CreateTaskAsync();

        Assert.Equal(["mail"], paused);
        var events = await host.EventsAsync();
        Assert.Equal(["task.created", "subscription.paused", "subscription.resumed"], events.Select(record => record.Type));
        Assert.Equal(events[0].EventId, events[1].CausationId);
        Assert.Equal(events[1].EventId, events[2].CausationId);
    }

    [Fact]
    public async Task A_handler_that_throws_keeps_no_fact_and_the_next_one_takes_its_number()
    {
        var fails = true;
        await using var host = await StartAsync(services => services.On<SubscriptionPaused>((_, _) => fails ? throw new HandlerFailedException() : Task.CompletedTask));

        await Assert.ThrowsAsync<HandlerFailedException>(() => RecordAsync(host, "mail", new SubscriptionPaused("mail")));
        await host.AssertNothingIsKeptAsync();

        fails = false;
        await RecordAsync(host, "mail", new SubscriptionPaused("mail"));
        Assert.Equal([1L], (await FactsOfAsync(host, "mail")).Select(record => record.StreamVersion));
    }

    [Fact]
    public async Task Racing_commands_that_record_facts_of_one_subject_all_succeed_and_number_them_without_gaps()
    {
        const int writers = 8;
        await using var host = await StartAsync(services => services.On<TaskCreated>(
            (_, scope) => scope.GetRequiredService<IFacts>().RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), default)));

        // On PostgreSQL all of them read the same last version, and the index lets one of them have the next.
        await Task.WhenAll(Enumerable.Range(1, writers).Select(i => host.CreateTaskAsync($"Task {i}")));

        Assert.Equal(Enumerable.Range(1, writers).Select(version => (long)version), (await FactsOfAsync(host, "mail")).Select(record => record.StreamVersion).Order());
        Assert.Equal(writers, await host.ReadAsync(db => db.Tasks.CountAsync()));
    }

    [Fact]
    public async Task Of_two_transactions_that_record_the_same_version_one_is_told_of_the_conflict()
    {
        await using var host = await StartAsync();

        Assert.SkipWhen(Database == DatabaseKind.Sqlite, "SQLite lets transactions run one by one.");

        var error = await Assert.ThrowsAsync<ConcurrencyConflictException>(() => host.InUnitOfWorkAsync(async services =>
        {
            await services.GetRequiredService<IFacts>().RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), default);
            await RecordAsync(host, "mail", new SubscriptionPaused("mail"));
        }));

        Assert.IsType<DbUpdateException>(error.InnerException);
        Assert.Equal([1L], (await FactsOfAsync(host, "mail")).Select(record => record.StreamVersion));
    }

    [Theory]
    [InlineData(CommitFault.Before, 2)]
    [InlineData(CommitFault.After, 1)]
    public async Task A_fact_whose_commit_fails_for_a_moment_is_kept_exactly_once(CommitFault fault, int expectedRuns)
    {
        var runs = 0;
        var interceptor = new FailingCommit(fault);
        await using var host = await StartAsync(services => services.Intercept(interceptor).RetryOnSqlite()
            .On<SubscriptionPaused>((_, _) => Task.FromResult(runs++)));
        interceptor.Arm();

        await RecordAsync(host, "mail", new SubscriptionPaused("mail"));

        Assert.Equal(expectedRuns, runs);
        Assert.Equal([1L], (await FactsOfAsync(host, "mail")).Select(record => record.StreamVersion));
    }

    [Fact]
    public async Task A_save_that_is_tried_again_in_its_transaction_neither_loses_nor_doubles_a_fact()
    {
        await using var host = await StartAsync(services => services.Intercept(new FailOnce("INSERT INTO", new HandlerFailedException())));

        await InTransactionAsync(host, async (db, facts) =>
        {
            await facts.RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), default);
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            await facts.RecordOfSubscriptionAsync("mail", new SubscriptionResumed("mail"), default);
            await db.SaveChangesAsync();
            await db.Database.CommitTransactionAsync();
        });

        Assert.Equal([("subscription.paused", 1L), ("subscription.resumed", 2)], (await FactsOfAsync(host, "mail")).Select(record => (record.Type, record.StreamVersion)));
    }

    [Fact]
    public async Task A_fact_without_a_transaction_is_refused()
    {
        await using var host = await StartAsync();

        await host.InScopeAsync(async services =>
        {
            await services.GetRequiredService<IFacts>().RecordOfSubscriptionAsync("mail", new SubscriptionPaused("mail"), default);
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => services.GetRequiredService<TaskManagementDbContext>().SaveChangesAsync());
            Assert.Contains("begin a transaction before SaveChangesAsync", error.Message, StringComparison.Ordinal);
        });

        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task A_fact_in_a_stream_of_another_kind_is_refused()
    {
        await using var host = await StartAsync();
        var id = await host.CreateTaskAsync();

        var error = await host.InScopeAsync(services => Assert.ThrowsAsync<InvalidOperationException>(
            () => services.GetRequiredService<IFacts>().RecordAsync("task", id.Value, new SubscriptionPaused("mail"), default)));

        Assert.Contains("subscription.paused can't be recorded in a stream of the kind 'task'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_id_of_a_named_stream_is_the_same_on_every_node_and_for_good()
    {
        var id = FactStreams.IdOf(FactStreams.Subscription, "mail");

        Assert.Equal(new("85ce59f7-4e79-812c-b5ee-c902e5396e55"), id);
        Assert.Equal(8, id.Version);
        Assert.NotEqual(id, FactStreams.IdOf(FactStreams.Alert, "mail"));
    }

    private static Task InTransactionAsync(TestHost host, Func<TaskManagementDbContext, IFacts, Task> work) =>
        host.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync();
                await work(db, services.GetRequiredService<IFacts>());
            });
        });

    private static Task RecordAsync(TestHost host, string subscription, params DomainEvent[] facts) => host.InUnitOfWorkAsync(async services =>
    {
        foreach (var fact in facts)
            await services.GetRequiredService<IFacts>().RecordOfSubscriptionAsync(subscription, fact, default);
    });

    private static Task<List<EventRecord>> FactsOfAsync(TestHost host, string subscription) =>
        host.EventsOfAsync(FactStreams.IdOf(FactStreams.Subscription, subscription));
}

public sealed class RecordingFactsOnSqlite() : RecordingFacts(DatabaseKind.Sqlite);

public sealed class RecordingFactsOnPostgreSql() : RecordingFacts(DatabaseKind.PostgreSql);

public sealed class RecordingFactsOnSqlServer() : RecordingFacts(DatabaseKind.SqlServer);

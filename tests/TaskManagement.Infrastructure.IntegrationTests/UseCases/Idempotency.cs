using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.Idempotency;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.UseCases;

public abstract class Idempotency(DatabaseKind database) : DatabaseTest(database)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_command_sent_fifty_times_at_once_with_one_key_takes_effect_once(bool withIdOfTheCallers)
    {
        await using var host = await StartAsync();
        var command = new CreateTask(
            "Once", Id: withIdOfTheCallers ? Guid.CreateVersion7() : null, Labels: ["b", "A"], ProjectId: (await host.CreateProjectAsync()).Value);
        var calls = Enumerable.Range(0, 50).Select(_ => new TestCall { IdempotencyKey = "key" }).ToList();

        var answers = await Task.WhenAll(calls.Select(call => host.SendAsync(command, call)));

        Assert.Equal(49, calls.Count(call => call.Replayed));
        var task = await host.ReadAsync(db => db.Tasks.AsNoTracking().SingleAsync());
        Assert.All(answers, answer => Assert.Equivalent(TaskDto.From(task), answer, strict: true));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task A_key_that_was_used_with_another_request_is_refused()
    {
        await using var host = await StartAsync();
        var call = new TestCall { IdempotencyKey = "key" };
        await host.SendAsync(new CreateTask("First"), call);

        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => host.SendAsync(new CreateTask("Second"), call));
        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => host.SendAsync(new CreateProject("OPS", "First"), call));

        Assert.Equal(1, await host.ReadAsync(db => db.Tasks.CountAsync()));
    }

    [Fact]
    public async Task A_key_belongs_to_the_actor_and_is_compared_to_the_letter()
    {
        await using var host = await StartAsync();

        await host.SendAsync(new CreateTask("Ann's"), new TestCall { IdempotencyKey = "key", Actor = new("user:ann") });
        await host.SendAsync(new CreateTask("Bob's"), new TestCall { IdempotencyKey = "key", Actor = new("user:bob") });
        await host.SendAsync(new CreateTask("Bob's second"), new TestCall { IdempotencyKey = "KEY", Actor = new("user:bob") });

        Assert.Equal(3, await host.ReadAsync(db => db.Tasks.CountAsync()));
    }

    // Handlers of events run when the command's own handler is through, so it is not enough to ask whether that is running.
    [Fact]
    public async Task Commands_that_a_handler_of_events_sends_do_not_use_the_callers_key()
    {
        await using var host = await StartAsync(services => services.AddScoped<INotificationHandler<TaskCreated>, StartWhatIsCreated>());
        var call = new TestCall { IdempotencyKey = "key" };

        var first = await host.SendAsync(new CreateTask("Once"), call);
        var second = await host.SendAsync(new CreateTask("Once"), call);

        Assert.True(call.Replayed);
        Assert.Equal(TaskItemStatus.InProgress, first.Status);
        Assert.Equivalent(first, second, strict: true);
    }

    [Fact]
    public async Task A_command_that_fails_stores_nothing_and_can_be_sent_again_with_its_key()
    {
        await using var host = await StartAsync();
        var call = new TestCall { IdempotencyKey = "key" };
        var id = await host.CreateTaskAsync();

        await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new CompleteTask(id), call));
        await host.SendAsync(new StartTask(id));
        var completed = await host.SendAsync(new CompleteTask(id), call);

        Assert.False(call.Replayed);
        Assert.NotNull(completed.CompletedAt);
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day()
    {
        var clock = new ManualClock();
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        var command = new CreateTask("Daily");

        async Task<bool> ReplayedAsync()
        {
            var call = new TestCall { IdempotencyKey = "key" };
            await host.SendAsync(command, call);
            return call.Replayed;
        }

        Assert.False(await ReplayedAsync());
        clock.Now += IIdempotencyStore.Retention - TimeSpan.FromMilliseconds(1);
        Assert.True(await ReplayedAsync());
        clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.False(await ReplayedAsync());
        clock.Now += IIdempotencyStore.Retention - TimeSpan.FromMilliseconds(1);
        Assert.True(await ReplayedAsync());
        Assert.Equal(2, await host.ReadAsync(db => db.Tasks.CountAsync()));
    }

    [Fact]
    public async Task A_key_that_expired_is_good_for_one_more_however_many_send_it_at_once()
    {
        var clock = new ManualClock();
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        await host.SendAsync(new CreateTask("Task"), new TestCall { IdempotencyKey = "key" });
        clock.Now += TimeSpan.FromHours(25);

        var tasks = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => Task.Run(() => host.SendAsync(new CreateTask("Task"), new TestCall { IdempotencyKey = "key" }))));

        Assert.Single(tasks.Select(task => task.Id).Distinct());
        Assert.Equal(2, await host.ReadAsync(db => db.Tasks.CountAsync()));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Cleaning_up_deletes_expired_keys_only()
    {
        var clock = new ManualClock();
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        await host.SendAsync(new CreateTask("Old"), new TestCall { IdempotencyKey = "old" });
        await host.SendAsync(new CreateTask("Old"), new TestCall { IdempotencyKey = "old too" });
        clock.Now += TimeSpan.FromHours(1);
        await host.SendAsync(new CreateTask("New"), new TestCall { IdempotencyKey = "new" });
        clock.Now += TimeSpan.FromHours(23);

        Assert.Equal(2, await host.Services.GetRequiredService<IdempotencyCleanup>().CleanAsync(CancellationToken.None));

        Assert.Equal("new", await host.ReadAsync(db => db.IdempotencyKeys.Select(record => record.Key).SingleAsync()));
    }

    private sealed class StartWhatIsCreated(ISender sender) : INotificationHandler<TaskCreated>
    {
        public Task Handle(TaskCreated notification, CancellationToken cancellationToken) => sender.Send(new StartTask(notification.TaskId), cancellationToken);
    }
}

public sealed class IdempotencyOnSqlite() : Idempotency(DatabaseKind.Sqlite);

public sealed class IdempotencyOnPostgreSql() : Idempotency(DatabaseKind.PostgreSql);

public sealed class IdempotencyOnSqlServer() : Idempotency(DatabaseKind.SqlServer);

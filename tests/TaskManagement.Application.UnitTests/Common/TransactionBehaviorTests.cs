using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.Behaviors;
using TaskManagement.Application.Incoming;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class TransactionBehaviorTests
{
    private readonly List<CommandScope> _attempts = [];
    private readonly CompleteTask _command = new(TaskId.New());

    [Fact]
    public async Task A_command_runs_in_a_transaction_of_its_own()
    {
        var log = new List<string>();
        var unitOfWork = new Mock<IUnitOfWork>();
        unitOfWork.Setup(unit => unit.ExecuteAsync(It.IsAny<Func<CancellationToken, Task<string>>>(), Ports.Token))
            .Returns(async (Func<CancellationToken, Task<string>> work, CancellationToken token) =>
            {
                log.Add("begin");
                var answer = await work(token);
                log.Add("commit");
                return answer;
            });

        var answer = await Behavior(unitOfWork.Object).Handle(_command, () => { log.Add("handle"); return Task.FromResult("done"); }, Ports.Token);

        Assert.Equal("done", answer);
        Assert.Equal(["begin", "handle", "commit"], log);
    }

    [Fact]
    public async Task A_command_sent_by_a_handler_joins_the_transaction()
    {
        var unitOfWork = new Mock<IUnitOfWork>(MockBehavior.Strict);
        unitOfWork.SetupGet(unit => unit.IsActive).Returns(true);

        Assert.Equal("done", await Behavior(unitOfWork.Object).Handle(_command, () => Task.FromResult("done"), Ports.Token));
    }

    [Fact]
    public async Task A_conflict_inside_a_joined_transaction_is_left_to_the_outer_command()
    {
        var unitOfWork = new Mock<IUnitOfWork>(MockBehavior.Strict);
        unitOfWork.SetupGet(unit => unit.IsActive).Returns(true);

        await Assert.ThrowsAsync<ConcurrencyConflictException>(
            () => Behavior(unitOfWork.Object).Handle(_command, () => throw new ConcurrencyConflictException(), Ports.Token));

        Assert.Empty(_attempts);
    }

    [Fact]
    public async Task After_a_conflict_the_command_is_sent_again_in_a_fresh_scope_under_the_same_id()
    {
        var services = Services(conflicts: 3);
        using var scope = services.CreateScope();

        var answer = await scope.ServiceProvider.GetRequiredService<ISender>().Send(_command, Ports.Token);

        Assert.Equal("Water the plants", answer.Value.Title);
        Assert.Equal([1, 2, 3, 4], _attempts.Select(attempt => attempt.Attempt));
        Assert.Distinct(_attempts);
        Assert.Single(_attempts.Select(attempt => attempt.Id).Distinct());
    }

    [Fact]
    public async Task After_the_last_attempt_the_conflict_is_the_answer()
    {
        var services = Services(conflicts: int.MaxValue);
        using var scope = services.CreateScope();
        var command = scope.ServiceProvider.GetRequiredService<CommandScope>();
        while (!LastButOne(command))
            command.Follow(command);

        await Assert.ThrowsAsync<ConcurrencyConflictException>(() => scope.ServiceProvider.GetRequiredService<ISender>().Send(_command, Ports.Token));

        Assert.Equal([9, 10], _attempts.Select(attempt => attempt.Attempt));
        Assert.True(_attempts[^1].IsLastAttempt);
    }

    [Fact]
    public async Task Any_other_error_is_final()
    {
        var services = Services(conflicts: int.MaxValue, new DuplicateException("task"));
        using var scope = services.CreateScope();

        await Assert.ThrowsAsync<DuplicateException>(() => scope.ServiceProvider.GetRequiredService<ISender>().Send(_command, Ports.Token));

        Assert.Single(_attempts);
    }

    [Fact]
    public async Task A_command_that_settles_duplicates_is_run_again_after_one()
    {
        var (attempts, again) = (new List<int>(), new Mock<ISender>());
        var scope = new CommandScope();
        var unitOfWork = new Mock<IUnitOfWork>();
        unitOfWork.Setup(unit => unit.ExecuteAsync(It.IsAny<Func<CancellationToken, Task<string>>>(), Ports.Token)).ThrowsAsync(new DuplicateException("task"));
        var services = new ServiceCollection().AddScoped<CommandScope>().AddScoped(provider =>
        {
            attempts.Add(provider.GetRequiredService<CommandScope>().Attempt);
            return again.Object;
        }).BuildServiceProvider();
        again.Setup(sender => sender.Send(It.IsAny<object>(), Ports.Token)).ReturnsAsync("done");

        var answer = await new TransactionBehavior<ReceiveCloudEvents, string>(
                unitOfWork.Object, Mock.Of<ICallContext>(), scope, services.GetRequiredService<IServiceScopeFactory>())
            .Handle(new([]), () => throw new InvalidOperationException(), Ports.Token);

        Assert.Equal("done", answer);
        Assert.Equal([2], attempts);
    }

    [Fact]
    public async Task A_caller_who_has_gone_is_not_tried_for_again()
    {
        var services = Services(conflicts: int.MaxValue);
        using var scope = services.CreateScope();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scope.ServiceProvider.GetRequiredService<ISender>().Send(_command, gone.Token));

        Assert.Single(_attempts);
    }

    [Fact]
    public void Pauses_grow_with_the_attempts_and_stay_below_a_quarter_of_a_second()
    {
        var command = new CommandScope();
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            Assert.Equal(attempt, command.Attempt);
            Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(command.Pause.TotalMilliseconds, 0, Math.Min(2 << attempt, 256)));
            Assert.Equal(attempt == 10, command.IsLastAttempt);
            command.Follow(command);
        }
    }

    private static bool LastButOne(CommandScope command)
    {
        var next = new CommandScope();
        next.Follow(command);
        return next.IsLastAttempt;
    }

    private static TransactionBehavior<CompleteTask, string> Behavior(IUnitOfWork unitOfWork) =>
        new(unitOfWork, Mock.Of<ICallContext>(), new CommandScope(), Mock.Of<IServiceScopeFactory>(MockBehavior.Strict));

    /// <summary>The whole pipeline over a unit of work that fails a few times.</summary>
    private ServiceProvider Services(int conflicts, Exception? error = null)
    {
        var tasks = new Mock<ITaskRepository>();
        tasks.Setup(repository => repository.GetAsync(_command.TaskId, null, It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            var task = Given.Task();
            task.Start(The.Stamp);
            return task;
        });
        return new ServiceCollection()
            .AddLogging()
            .AddApplication()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Mock.Of<ICallContext>(call => call.Actor == The.Actor && call.Scopes == Scopes.Admin))
            .AddSingleton(Mock.Of<IStandings>(MockBehavior.Strict))
            .AddSingleton(Mock.Of<IIdempotencyStore>(MockBehavior.Strict))
            .AddSingleton(Mock.Of<ICommandFailures>(failures => failures.RecordAsync(It.IsAny<FailedCommand>()) == Task.CompletedTask))
            .AddSingleton(tasks.Object)
            .AddScoped<IUnitOfWork>(provider =>
            {
                var unitOfWork = new Mock<IUnitOfWork>();
                unitOfWork.Setup(unit => unit.ExecuteAsync(It.IsAny<Func<CancellationToken, Task<Saved<TaskDto>>>>(), It.IsAny<CancellationToken>()))
                    .Returns(async (Func<CancellationToken, Task<Saved<TaskDto>>> work, CancellationToken token) =>
                    {
                        _attempts.Add(provider.GetRequiredService<CommandScope>());
                        var answer = await work(token);
                        return _attempts.Count > conflicts ? answer : throw error ?? new ConcurrencyConflictException();
                    });
                return unitOfWork.Object;
            })
            .BuildServiceProvider();
    }
}

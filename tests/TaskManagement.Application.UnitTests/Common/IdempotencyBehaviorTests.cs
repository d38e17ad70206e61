using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Behaviors;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class IdempotencyBehaviorTests
{
    private readonly Mock<ICallContext> _call = new();
    private readonly Mock<IIdempotencyStore> _store = new(MockBehavior.Strict);
    private readonly Dictionary<string, StoredAnswer> _stored = new(StringComparer.Ordinal);
    private readonly CommandScope _scope = new();
    private int _handled;

    public IdempotencyBehaviorTests()
    {
        _call.SetupGet(call => call.Actor).Returns(The.Actor);
        _call.SetupGet(call => call.IdempotencyKey).Returns("key-1");
        _store.Setup(store => store.FindAsync(The.Actor, It.IsAny<string>(), Ports.Token))
            .ReturnsAsync((Domain.Common.ActorId _, string key, CancellationToken _) => _stored.GetValueOrDefault(key));
        _store.Setup(store => store.Add(The.Actor, It.IsAny<string>(), It.IsAny<string>(), It.IsAny<Func<string>>()))
            .Callback((Domain.Common.ActorId _, string key, string hash, Func<string> answer) => _stored.Add(key, new(hash, answer())));
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_gets_the_first_answer_and_changes_nothing()
    {
        var first = await Send(new CreateTask("Buy milk"));
        _call.Verify(call => call.MarkReplayed(), Times.Never);

        var second = await Send(new CreateTask("Buy milk"));

        Assert.Equal(first.Value.Id, second.Value.Id);
        Assert.Equal(1, _handled);
        _call.Verify(call => call.MarkReplayed(), Times.Once);
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        await Send(new CreateTask("Buy milk"));

        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => Send(new CreateTask("Buy bread")));

        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task Another_command_of_the_same_contents_is_another_request()
    {
        var task = TaskId.New();
        await Send(new StartTask(task));

        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => Send(new CompleteTask(task)));
    }

    [Fact]
    public async Task A_patch_that_clears_a_member_is_another_request_than_one_that_leaves_it_alone()
    {
        var task = TaskId.New();
        await Send(new UpdateTask(task, null, new() { Title = new("Buy milk") }));

        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(
            () => Send(new UpdateTask(task, null, new() { Title = new("Buy milk"), Description = new(null) })));
    }

    [Fact]
    public async Task The_same_request_with_another_key_is_carried_out_again()
    {
        await Send(new CreateTask("Buy milk"));
        _call.SetupGet(call => call.IdempotencyKey).Returns("key-2");

        await Send(new CreateTask("Buy milk"));

        Assert.Equal(2, _handled);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_looked_up_or_stored()
    {
        _call.SetupGet(call => call.IdempotencyKey).Returns((string?)null);

        await Send(new CreateTask("Buy milk"));
        await Send(new CreateTask("Buy milk"));

        Assert.Equal(2, _handled);
        _store.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task Commands_that_a_handler_sends_do_not_use_the_callers_key()
    {
        await Send(new CreateTask("Buy milk"), async () => await Send(new CreateTask("Buy bread")));

        Assert.Equal(2, _handled);
        Assert.Contains("Buy milk", Assert.Single(_stored).Value.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_fails_leaves_no_answer_and_the_next_one_can_use_the_key()
    {
        await Assert.ThrowsAsync<NotFoundException>(() => Send(new CreateTask("Buy milk"), () => throw new NotFoundException("task", 1)));
        Assert.Empty(_stored);

        await Send(new CreateTask("Buy milk"));

        Assert.Equal("key-1", Assert.Single(_stored).Key);
    }

    [Fact]
    public async Task The_answer_is_read_only_when_everything_else_is_settled()
    {
        Func<string>? stored = null;
        _store.Setup(store => store.Add(The.Actor, "key-1", It.IsAny<string>(), It.IsAny<Func<string>>()))
            .Callback((Domain.Common.ActorId _, string _, string _, Func<string> answer) => stored = answer);
        var task = Given.Task();

        _scope.Depth++;
        await new IdempotencyBehavior<StartTask, Saved<TaskDto>>(_call.Object, _store.Object, _scope)
            .Handle(new(task.Id), () => Task.FromResult(Saved.As(() => TaskDto.From(task))), Ports.Token);
        task.Prioritize(TaskPriority.Urgent, The.Stamp);

        Assert.Contains("\"priority\":\"urgent\"", stored!(), StringComparison.Ordinal);
    }

    private async Task<Saved<TaskDto>> Send<TCommand>(TCommand command, Func<Task>? meanwhile = null)
        where TCommand : ICommand
    {
        // As the transaction does, which is around it.
        _scope.Depth++;
        try
        {
            return await new IdempotencyBehavior<TCommand, Saved<TaskDto>>(_call.Object, _store.Object, _scope).Handle(
                command,
                async () =>
                {
                    _handled++;
                    if (meanwhile is not null)
                        await meanwhile();
                    var task = Given.Task((command as CreateTask)?.Title ?? "Water the plants");
                    return Saved.As(() => TaskDto.From(task));
                },
                Ports.Token);
        }
        finally
        {
            _scope.Depth--;
        }
    }
}

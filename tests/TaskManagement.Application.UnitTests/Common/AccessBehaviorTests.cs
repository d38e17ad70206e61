using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Behaviors;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class AccessBehaviorTests
{
    private readonly Mock<ICallContext> _call = new();
    private readonly Mock<IUnitOfWork> _unitOfWork = new();

    [Fact]
    public async Task What_the_token_is_not_good_for_is_refused_before_anything_else()
    {
        _call.Setup(call => call.Scopes).Returns(Scopes.TasksRead | Scopes.Webhooks);

        var refused = await Assert.ThrowsAsync<ForbiddenException>(() => SendAsync(() => throw new InvalidOperationException("It was sent on.")));

        Assert.Equal(("auth.insufficient_scope", "tasks:write"), (refused.Code, refused.NeededScope));
    }

    [Fact]
    public async Task What_it_is_good_for_is_sent_on()
    {
        _call.Setup(call => call.Scopes).Returns(Scopes.TasksWrite);

        Assert.Equal("done", await SendAsync(() => Task.FromResult("done")));
    }

    [Fact]
    public async Task What_a_handler_sends_within_a_command_is_not_looked_at_again()
    {
        _unitOfWork.Setup(unitOfWork => unitOfWork.IsActive).Returns(true);

        Assert.Equal("done", await SendAsync(() => Task.FromResult("done")));
    }

    [Fact]
    public void A_request_that_says_nothing_stops_the_start_with_its_name()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RequiresAttribute.Of(typeof(Undeclared)));

        Assert.Equal("Undeclared does not say who may send it: put [Requires(…)] on it.", error.Message);
    }

    private Task<string> SendAsync(RequestHandlerDelegate<string> next) =>
        new AccessBehavior<CreateTask, string>(_call.Object, _unitOfWork.Object).Handle(new("Task"), next, CancellationToken.None);

    private sealed record Undeclared;
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>
/// Runs one after-commit handler with one recorded event, and keeps nothing of it in the database. What the handler does elsewhere,
/// a mail for instance, it does.
/// </summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Event">The id of the event.</param>
[Requires(Scopes.Admin)]
public sealed record TestHandler(string Subscription, Guid Event) : IQuery<HandlerTestDto>;

internal sealed class TestHandlerValidator : AbstractValidator<TestHandler>
{
    private static readonly TextRule Name = new("subscription", 100);

    public TestHandlerValidator()
    {
        RuleFor(q => q.Subscription).Passes(Name.Check);
        RuleFor(q => q.Event).NotEmpty().WithErrorCode("event.required").WithMessage("The event must be the id of one.");
    }
}

internal sealed class TestHandlerHandler(ISubscriptions subscriptions, IDeliveryTest test) : IRequestHandler<TestHandler, HandlerTestDto>
{
    public async Task<HandlerTestDto> Handle(TestHandler request, CancellationToken cancellationToken)
    {
        var subscription = await subscriptions.GetAsync(request.Subscription, cancellationToken);
        if (!subscription.HasHandler)
            throw new DomainException("subscription.orphaned", $"There is no handler of the name {subscription.Name} to test.");
        return await test.RunAsync(subscription.Name, request.Event, cancellationToken) ?? throw new NotFoundException("event", request.Event);
    }
}

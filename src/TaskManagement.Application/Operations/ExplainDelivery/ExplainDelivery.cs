using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Says whether an event has reached a subscription, and why not.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Event">The id of the event.</param>
[Requires(Scopes.Admin)]
public sealed record ExplainDelivery(string? Subscription, Guid? Event) : IQuery<ExplanationDto>;

internal sealed class ExplainDeliveryValidator : AbstractValidator<ExplainDelivery>
{
    private static readonly TextRule Name = new("subscription", 100);

    public ExplainDeliveryValidator()
    {
        RuleFor(q => q.Subscription).Passes(Name.Check);
        RuleFor(q => q.Event).NotNull().WithErrorCode("event.required").WithMessage("The event must be the id of one.");
    }
}

internal sealed class ExplainDeliveryHandler(ISubscriptions subscriptions, IDeliveryFacts facts) : IRequestHandler<ExplainDelivery, ExplanationDto>
{
    public async Task<ExplanationDto> Handle(ExplainDelivery request, CancellationToken cancellationToken)
    {
        var subscription = await subscriptions.GetAsync(request.Subscription!, cancellationToken);
        var found = await facts.FindAsync(subscription, request.Event!.Value, cancellationToken)
            ?? throw new NotFoundException("event", request.Event.Value);
        return Explanations.Of(subscription, found);
    }
}

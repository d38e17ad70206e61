using FluentValidation;
using FluentValidation.Results;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Application.Incoming;

/// <summary>Takes in CloudEvents from outside, all of them or none, and each of them once: one that was taken in before has no further effect.</summary>
/// <param name="Events">At most <see cref="MaxEvents"/>.</param>
[Requires(Scopes.TasksWrite, OfOrganisation = true)]
public sealed record ReceiveCloudEvents(IReadOnlyList<IncomingCloudEvent> Events) : ICommand<ReceivedCloudEventsDto>, ISettlesDuplicates
{
    /// <summary>The most events at once.</summary>
    public const int MaxEvents = 100;
}

/// <summary>What became of CloudEvents.</summary>
/// <param name="Items">Each of them, in the order in which they were sent.</param>
public sealed record ReceivedCloudEventsDto(IReadOnlyList<ReceivedCloudEventDto> Items);

/// <summary>What became of a CloudEvent.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Id">What its source calls it.</param>
/// <param name="Result">Whether it is new.</param>
public sealed record ReceivedCloudEventDto(string Source, string Id, ReceptionResult Result);

/// <summary>Whether a CloudEvent is new.</summary>
public enum ReceptionResult
{
    /// <summary>It is: it is in the log, and had its effects.</summary>
    Received,

    /// <summary>It was taken in before, and has no further effect.</summary>
    Duplicate,
}

internal sealed class ReceiveCloudEventsValidator : AbstractValidator<ReceiveCloudEvents>
{
    // It is about the body as a whole, which has no name.
    public ReceiveCloudEventsValidator() => RuleFor(c => c.Events).Custom((events, context) =>
    {
        if (events.Count > ReceiveCloudEvents.MaxEvents)
        {
            context.AddFailure(new ValidationFailure("", $"At most {ReceiveCloudEvents.MaxEvents} events are taken in at once.")
            {
                ErrorCode = "cloudevents.too_many",
            });
        }
    });
}

internal sealed class ReceiveCloudEventsHandler(IEventLog log, IFacts facts, CommandScope command)
    : IRequestHandler<ReceiveCloudEvents, Saved<ReceivedCloudEventsDto>>
{
    public async Task<Saved<ReceivedCloudEventsDto>> Handle(ReceiveCloudEvents request, CancellationToken cancellationToken)
    {
        var ids = request.Events.Select(CloudEventIds.OfEvent).ToList();
        // An id that is one of this log's own is of an event that went out and came back, by whatever ways: it goes on where that one stood, so
        // that one which is sent round and round comes to an end.
        var returned = request.Events.Select(cloudEvent => Guid.TryParseExact(cloudEvent.Id, "D", out var id) ? id : Guid.Empty);
        var known = await log.FindDepthsAsync([.. ids.Concat(returned).Distinct()], cancellationToken);

        var taken = new HashSet<Guid>();
        var items = new List<ReceivedCloudEventDto>();
        foreach (var (cloudEvent, (id, origin)) in request.Events.Zip(ids.Zip(returned)))
        {
            var isNew = !known.ContainsKey(id) && taken.Add(id);
            if (isNew)
            {
                if (known.TryGetValue(origin, out var depth))
                    command.GoOnAfter(depth);
                await facts.RecordAsync(FactStreams.CloudEvent, CloudEventIds.OfStream(cloudEvent), cloudEvent with { EventId = id }, cancellationToken);
            }

            items.Add(new(cloudEvent.Source, cloudEvent.Id, isNew ? ReceptionResult.Received : ReceptionResult.Duplicate));
        }

        return Saved.As(() => new ReceivedCloudEventsDto(items));
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Operations;

namespace TaskManagement.Application.Events;

/// <summary>
/// Reads the log in the order of commit. Whoever goes on with the cursor of each page gets every event once: none is skipped, none is repeated.
/// </summary>
public sealed record ListEvents : IQuery<Page<LoggedEvent>>
{
    /// <summary>After this place, which an event or a page gave out; null for the beginning.</summary>
    public string? After { get; init; }

    /// <summary>Of any of these types, each as <see cref="EventTypePattern"/> reads it; of all if there are none.</summary>
    public IReadOnlyList<string> Type { get; init; } = [];

    /// <summary>About this aggregate.</summary>
    public Guid? Subject { get; init; }

    /// <summary>The most events to return.</summary>
    public int Limit { get; init; } = PageLimits.Default;
}

internal sealed class ListEventsValidator : AbstractValidator<ListEvents>
{
    public ListEventsValidator(IEventTypeNames types)
    {
        RuleFor(q => q.After).Must(after => after is null || Positions.TryParse(after, out _)).WithErrorCode("after.malformed")
            .WithMessage("after must be a position or a nextCursor that this feed gave out.");
        RuleForEach(q => q.Type).IsEventTypes(types);
        RuleFor(q => q.Limit).IsPageLimit();
    }
}

internal sealed class ListEventsHandler(IEventSearch events) : IRequestHandler<ListEvents, Page<LoggedEvent>>
{
    public async Task<Page<LoggedEvent>> Handle(ListEvents request, CancellationToken cancellationToken)
    {
        var after = request.After is { } given ? Positions.Parse(given) : 0;
        // First how far the log goes: what is committed meanwhile lies beyond that, and is left for the next page.
        var head = await events.HeadAsync(cancellationToken);
        if (after > head)
            throw new InvalidRequestException(new RequestError("after.beyond_end", "The log does not go as far: this is a position in another log, or in one that was restored since.", Parameter: "after"));
        var found = await events.FindAsync(
            new()
            {
                After = after,
                UpTo = head,
                Types = [.. request.Type.Select(EventTypePattern.Parse).OfType<EventTypePattern>()],
                StreamId = request.Subject,
                Limit = request.Limit,
            },
            cancellationToken);
        // A page that is not full has seen everything up to the head, so the next need not look there again.
        return new(found, Positions.Format(found.Count < request.Limit ? head : found[^1].Position!.Value));
    }
}

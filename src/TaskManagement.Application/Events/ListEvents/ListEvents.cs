using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;

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
        RuleFor(q => q.After).Must(after => after is null || LogPosition.Parse(after) is not null).WithErrorCode("after.malformed")
            .WithMessage("after must be a position or a nextCursor that this feed gave out.");
        RuleForEach(q => q.Type).IsEventTypes(types);
        RuleFor(q => q.Limit).IsPageLimit();
    }
}

internal sealed class ListEventsHandler(IEventSearch events) : IRequestHandler<ListEvents, Page<LoggedEvent>>
{
    public async Task<Page<LoggedEvent>> Handle(ListEvents request, CancellationToken cancellationToken)
    {
        var after = LogPosition.Parse(request.After) ?? default;
        // First how far the log goes: what is committed meanwhile lies beyond that, and is left for the next page.
        var head = await events.HeadAsync(cancellationToken);
        if (head <= after.Value)
            return new([], after.ToString());

        var found = await events.FindAsync(
            new()
            {
                After = after.Value,
                UpTo = head,
                Types = [.. request.Type.Select(EventTypePattern.Parse).OfType<EventTypePattern>()],
                StreamId = request.Subject,
                Limit = request.Limit,
            },
            cancellationToken);
        // A page that is not full has seen everything up to the head, so the next need not look there again.
        return new(found, new LogPosition(found.Count < request.Limit ? head : found[^1].Position!.Value).ToString());
    }
}

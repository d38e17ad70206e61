using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Events;

/// <summary>
/// Reads the log in the order of commit. Whoever goes on with the cursor of each page gets every event once: none is skipped, none is repeated.
/// </summary>
[Requires(Scopes.EventsRead, ProjectRole.Viewer)]
public sealed record ListEvents : IQuery<Page<LoggedEvent>>, IEventChoice
{
    /// <summary>After this place, which an event or a page gave out; null for the beginning.</summary>
    public string? After { get; init; }

    /// <inheritdoc />
    public IReadOnlyList<string> Type { get; init; } = [];

    /// <inheritdoc />
    public Guid? Subject { get; init; }

    /// <summary>The most events to return.</summary>
    public int Limit { get; init; } = PageLimits.Default;
}

internal sealed class ListEventsValidator : AbstractValidator<ListEvents>
{
    public ListEventsValidator(IEventTypeNames types)
    {
        this.ChoosesEvents(types);
        RuleFor(q => q.Limit).IsPageLimit();
    }
}

internal sealed class ListEventsHandler(IEventSearch events, ICallContext call) : IRequestHandler<ListEvents, Page<LoggedEvent>>
{
    public async Task<Page<LoggedEvent>> Handle(ListEvents request, CancellationToken cancellationToken)
    {
        // First how far the log goes: what is committed meanwhile lies beyond that, and is left for the next page.
        var head = await events.HeadAsync(cancellationToken);
        var after = request.Position(head) ?? 0;
        var found = await events.FindAsync(
            new()
            {
                After = after,
                UpTo = head,
                Viewer = Viewer.Of(call),
                Types = request.Patterns(),
                StreamId = request.Subject,
                Limit = request.Limit,
            },
            cancellationToken);
        // A page that is not full has seen everything up to the head, so the next need not look there again.
        return new(found, Positions.Format(found.Count < request.Limit ? head : found[^1].Position!.Value));
    }
}

using System.Globalization;
using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Lists parked events, in the order in which they were parked.</summary>
/// <param name="Filter">What they must be.</param>
/// <param name="Limit">The most to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.Admin)]
public sealed record ListParkedEvents(ParkedFilter Filter, int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<ParkedEventDto>>;

internal sealed class ListParkedEventsValidator : AbstractValidator<ListParkedEvents>
{
    public ListParkedEventsValidator()
    {
        RuleFor(q => q.Filter).IsParkedFilter();
        RuleFor(q => q.Limit).IsPageLimit();
    }
}

internal sealed class ListParkedEventsHandler(IParkedEvents parked) : IRequestHandler<ListParkedEvents, Page<ParkedEventDto>>
{
    private const string Sort = "parked";

    public async Task<Page<ParkedEventDto>> Handle(ListParkedEvents request, CancellationToken cancellationToken)
    {
        var after = request.Cursor is null ? 0 : IdOf(request.Cursor);
        var found = await parked.ListAsync(request.Filter, after, request.Limit + 1, cancellationToken);
        return found.Count <= request.Limit
            ? new(found, NextCursor: null)
            : new([.. found.Take(request.Limit)], CursorOf(found[request.Limit - 1]).Encode());
    }

    private static Cursor CursorOf(ParkedEventDto last) => new(Sort, last.Id.ToString(CultureInfo.InvariantCulture), last.Event.Id);

    private static long IdOf(string text) =>
        Cursor.Decode(text, Sort) is { } cursor && long.TryParse(cursor.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw Cursor.Broken();
}

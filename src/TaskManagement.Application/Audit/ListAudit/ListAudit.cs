using System.Globalization;
using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Audit;

/// <summary>Lists who did what to which resource, the last first: every event in the log, those that pass every filter that is set.</summary>
[Requires(Scopes.Admin)]
public sealed record ListAudit : IQuery<Page<AuditEntryDto>>, IAuditChoice
{
    /// <inheritdoc />
    public string? Actor { get; init; }

    /// <inheritdoc />
    public IReadOnlyList<string> Action { get; init; } = [];

    /// <inheritdoc />
    public string? Resource { get; init; }

    /// <inheritdoc />
    public string? Address { get; init; }

    /// <inheritdoc />
    public DateTimeOffset? From { get; init; }

    /// <inheritdoc />
    public DateTimeOffset? To { get; init; }

    /// <summary>The most entries to return.</summary>
    public int Limit { get; init; } = PageLimits.Default;

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }
}

internal sealed class ListAuditValidator : AbstractValidator<ListAudit>
{
    public ListAuditValidator(IEventTypeNames types)
    {
        this.ChoosesEntries(types);
        RuleFor(q => q.Limit).IsPageLimit();
    }
}

internal sealed class ListAuditHandler(IEventSearch events) : IRequestHandler<ListAudit, Page<AuditEntryDto>>
{
    private const string Sort = "-position";

    public async Task<Page<AuditEntryDto>> Handle(ListAudit request, CancellationToken cancellationToken)
    {
        var upTo = request.Cursor is { } cursor ? PositionIn(cursor) - 1 : await events.HeadAsync(cancellationToken);
        var found = await events.FindAsync(request.LastUpTo(upTo, request.Limit + 1), cancellationToken);
        return found.Count <= request.Limit
            ? new([.. found.Select(AuditEntryDto.From)], null)
            : new([.. found.Take(request.Limit).Select(AuditEntryDto.From)], CursorAfter(found[request.Limit - 1]));
    }

    private static string CursorAfter(LoggedEvent last) =>
        new Cursor(Sort, last.Position!.Value.ToString(CultureInfo.InvariantCulture), Guid.Empty).Encode();

    private static long PositionIn(string text) =>
        Cursor.Decode(text, Sort) is { } cursor && long.TryParse(cursor.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw Cursor.Broken();
}

using System.Linq.Expressions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Alerts;

/// <summary>Lists the kinds of failures that alerts were raised about, the one that occurred last first.</summary>
/// <param name="Limit">The most to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.Admin)]
public sealed record ListAlerts(int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<AlertDto>>;

/// <summary>A kind of failure, and how often it occurred.</summary>
/// <param name="Id">The id; the subject of its <c>alert.raised</c> events.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Source">What failed, such as <c>subscription:mail-assignee</c> or <c>command:CompleteTask</c>.</param>
/// <param name="Code">In which way.</param>
/// <param name="Summary">What was said of the last failure.</param>
/// <param name="Count">How often it occurred.</param>
/// <param name="FirstAt">When it occurred first.</param>
/// <param name="LastAt">When it occurred last.</param>
/// <param name="RaisedAt">The occurrence about which an alert was raised last.</param>
public sealed record AlertDto(
    Guid Id,
    AlertSeverity Severity,
    string Source,
    string Code,
    string Summary,
    long Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    DateTimeOffset RaisedAt)
{
    internal static readonly Expression<Func<Alert, AlertDto>> Projection = alert => new AlertDto(
        alert.Id, alert.Severity, alert.Source, alert.Code, alert.Summary, alert.Count, alert.FirstAt, alert.LastAt, alert.RaisedAt);
}

internal sealed class ListAlertsValidator : AbstractValidator<ListAlerts>
{
    public ListAlertsValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListAlertsHandler(IReadDatabase database) : IRequestHandler<ListAlerts, Page<AlertDto>>
{
    private const string LastFirst = "-last";

    private static readonly ListSort<Alert, AlertDto> Sort = new(
        new Keyset<Alert, DateTimeOffset, Guid>(alert => alert.LastAt, alert => alert.Id, CursorTime.TryParse, id => id),
        dto => CursorTime.Format(dto.LastAt),
        dto => dto.Id);

    public async Task<Page<AlertDto>> Handle(ListAlerts request, CancellationToken cancellationToken)
    {
        var rows = await Sort.Seek(database.Alerts, LastFirst, request.Cursor, request.Limit).Select(AlertDto.Projection).ToListAsync(cancellationToken);
        return Sort.ToPage(rows, LastFirst, request.Limit);
    }
}

using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>Lists one's own sessions that go on, the oldest first.</summary>
/// <param name="Limit">The most sessions to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.Account)]
public sealed record ListMySessions(int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<SessionDto>>;

/// <summary>A session.</summary>
/// <param name="Id">The id.</param>
/// <param name="CreatedAt">When it began, in UTC.</param>
/// <param name="RefreshedAt">When it was last continued, in UTC; null if never.</param>
/// <param name="ExpiresAt">When it ends by itself, in UTC.</param>
/// <param name="Current">Whether it is the one that the call is made in.</param>
public sealed record SessionDto(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset? RefreshedAt, DateTimeOffset ExpiresAt, bool Current);

internal sealed class ListMySessionsValidator : AbstractValidator<ListMySessions>
{
    public ListMySessionsValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListMySessionsHandler(ICallContext call, IReadDatabase database, TimeProvider clock) : IRequestHandler<ListMySessions, Page<SessionDto>>
{
    private const string ByCreation = "created";

    private static readonly ListSort<Session, SessionDto> Sort = new(
        new Keyset<Session, DateTimeOffset, SessionId>(session => session.CreatedAt, session => session.Id, CursorTime.TryParse, SessionId.From),
        dto => CursorTime.Format(dto.CreatedAt),
        dto => dto.Id);

    public async Task<Page<SessionDto>> Handle(ListMySessions request, CancellationToken cancellationToken)
    {
        var (person, now) = (call.CallingPerson(), clock.GetUtcNow());
        var open = database.Sessions.Where(session => session.AccountId == person && session.EndedAt == null && session.ExpiresAt > now);
        var rows = await Sort.Seek(open, ByCreation, request.Cursor, request.Limit).ToListAsync(cancellationToken);
        return Sort.ToPage(
            [.. rows.Select(row => new SessionDto(row.Id.Value, row.CreatedAt, row.RefreshedAt, row.ExpiresAt, row.Id == call.Session))], ByCreation, request.Limit);
    }
}

using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Identity;

/// <summary>Lists the tokens that are not revoked, expired ones included, the oldest first: one's own, or all for an administrator.</summary>
/// <param name="Limit">The most tokens to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.Account)]
public sealed record ListTokens(int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<AccessTokenDto>>;

internal sealed class ListTokensValidator : AbstractValidator<ListTokens>
{
    public ListTokensValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListTokensHandler(ICallContext call, IReadDatabase database) : IRequestHandler<ListTokens, Page<AccessTokenDto>>
{
    private const string ByCreation = "created";

    private static readonly ListSort<AccessToken, AccessTokenDto> Sort = new(
        new Keyset<AccessToken, DateTimeOffset, TokenId>(token => token.CreatedAt, token => token.Id, CursorTime.TryParse, TokenId.From),
        dto => CursorTime.Format(dto.CreatedAt),
        dto => dto.Id);

    public async Task<Page<AccessTokenDto>> Handle(ListTokens request, CancellationToken cancellationToken)
    {
        var tokens = database.AccessTokens.Where(token => token.RevokedAt == null);
        if (!call.Scopes.Include(Scopes.Admin))
        {
            var owner = call.CallingPerson();
            tokens = tokens.Where(token => token.Owner == owner);
        }

        var rows = await Sort.Seek(tokens, ByCreation, request.Cursor, request.Limit)
            .ToListAsync(cancellationToken);
        return Sort.ToPage([.. rows.Select(token => AccessTokenDto.From(token))], ByCreation, request.Limit);
    }
}

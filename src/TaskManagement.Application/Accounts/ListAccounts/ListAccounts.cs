using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>Lists the accounts, the oldest first.</summary>
/// <param name="Limit">The most accounts to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.Admin)]
public sealed record ListAccounts(int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<AccountDto>>;

internal sealed class ListAccountsValidator : AbstractValidator<ListAccounts>
{
    public ListAccountsValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListAccountsHandler(IReadDatabase database) : IRequestHandler<ListAccounts, Page<AccountDto>>
{
    private const string ByCreation = "created";

    private static readonly ListSort<AccountRow, AccountDto> Sort = new(
        new Keyset<AccountRow, DateTimeOffset, Guid>(row => row.CreatedAt, row => row.Id, CursorTime.TryParse, id => id),
        dto => CursorTime.Format(dto.CreatedAt),
        dto => dto.Id);

    public async Task<Page<AccountDto>> Handle(ListAccounts request, CancellationToken cancellationToken)
    {
        var rows = await Sort.Seek(database.Accounts, ByCreation, request.Cursor, request.Limit).ToListAsync(cancellationToken);
        return Sort.ToPage([.. rows.Select(AccountDto.From)], ByCreation, request.Limit);
    }
}

using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Identity;
using TaskManagement.Application.Teams;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Exports what is known of oneself: the account, its sessions and tokens, the projects one is in, and which tasks one created or is to do and which comments one wrote.</summary>
[Requires(Scopes.Account)]
public sealed record ExportMe : IQuery<MyDataDto>;

/// <summary>What is known of a person. Tasks and comments are read while they are written out, however many they are.</summary>
/// <param name="Account">The account.</param>
/// <param name="Sessions">The sessions, ended ones included.</param>
/// <param name="Tokens">The tokens, revoked ones included.</param>
/// <param name="Projects">The projects that the person is a member of, or invited into.</param>
/// <param name="CreatedTaskIds">The tasks that the person created.</param>
/// <param name="AssignedTaskIds">The tasks that are assigned to the person.</param>
/// <param name="CommentIds">The comments that the person wrote.</param>
public sealed record MyDataDto(
    AccountDto Account,
    IReadOnlyList<SessionDto> Sessions,
    IReadOnlyList<AccessTokenDto> Tokens,
    IReadOnlyList<MembershipDto> Projects,
    IAsyncEnumerable<TaskId> CreatedTaskIds,
    IAsyncEnumerable<TaskId> AssignedTaskIds,
    IAsyncEnumerable<CommentId> CommentIds);

internal sealed class ExportMeValidator : AbstractValidator<ExportMe>;

internal sealed class ExportMeHandler(ICallContext call, IAccounts accounts, ITeamRepository teams, IReadDatabase database) : IRequestHandler<ExportMe, MyDataDto>
{
    public async Task<MyDataDto> Handle(ExportMe request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        var (person, actor) = (account.Id, call.Actor);
        var sessions = await database.Sessions.Where(session => session.AccountId == person).OrderBy(session => session.CreatedAt).ToListAsync(cancellationToken);
        var tokens = await database.AccessTokens.Where(token => token.Owner == person).OrderBy(token => token.CreatedAt).ToListAsync(cancellationToken);
        return new(
            AccountDto.From(account.Row),
            [.. sessions.Select(row => new SessionDto(row.Id.Value, row.CreatedAt, row.RefreshedAt, row.EndedAt ?? row.ExpiresAt, row.Id == call.Session))],
            [.. tokens.Select(token => AccessTokenDto.From(token))],
            await teams.ListMembershipsAsync(person, cancellationToken),
            database.Tasks.Where(task => task.CreatedBy == actor).OrderBy(task => task.Id).Select(task => task.Id).AsAsyncEnumerable(),
            database.Tasks.Where(task => task.AssigneeId == person).OrderBy(task => task.Id).Select(task => task.Id).AsAsyncEnumerable(),
            database.TaskComments.Where(comment => comment.CreatedBy == actor).OrderBy(comment => comment.Id).Select(comment => comment.Id).AsAsyncEnumerable());
    }
}

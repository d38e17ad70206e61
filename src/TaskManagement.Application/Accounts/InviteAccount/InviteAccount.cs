using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts;

/// <summary>Invites someone to register: the code goes to the address by mail, and is good for seven days.</summary>
/// <param name="Email">The address: <c>ann@example.org</c>.</param>
/// <param name="Administrator">Whether as an administrator.</param>
[Requires(Scopes.Admin)]
public sealed record InviteAccount(string Email, bool Administrator = false) : ICommand<InvitationDto>;

/// <summary>An invitation.</summary>
/// <param name="Id">The id, which is not the code.</param>
/// <param name="Email">Who is invited.</param>
/// <param name="Administrator">Whether as an administrator.</param>
/// <param name="ExpiresAt">Until when, in UTC.</param>
public sealed record InvitationDto(Guid Id, string Email, bool Administrator, DateTimeOffset ExpiresAt);

internal sealed class InviteAccountValidator : AbstractValidator<InviteAccount>
{
    public InviteAccountValidator() => RuleFor(c => c.Email).Passes(AccountRules.CheckEmail);
}

internal sealed class InviteAccountHandler(IOneTimeCodes codes, IFacts facts, IChangeStamps stamps) : IRequestHandler<InviteAccount, Saved<InvitationDto>>
{
    public async Task<Saved<InvitationDto>> Handle(InviteAccount request, CancellationToken cancellationToken)
    {
        var invitation = OneTimeCode.Invitation(request.Email.Trim(), request.Administrator, stamps.Now().At);
        codes.Add(invitation);
        await facts.RecordAsync(
            FactStreams.User, invitation.Id, new UserInvited(invitation.Id, request.Administrator, invitation.ExpiresAt), cancellationToken);
        return Saved.As(() => new InvitationDto(invitation.Id, invitation.Email!, invitation.Administrator, invitation.ExpiresAt));
    }
}

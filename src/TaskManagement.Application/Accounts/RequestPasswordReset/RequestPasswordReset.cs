using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Asks for a code that sets a password without the one before. The answer is the same whether or not there is such an account.</summary>
/// <param name="Email">The address of the account.</param>
[Requires(Scopes.None)]
public sealed record RequestPasswordReset(string Email) : ICommand<Guid>, IUnrepeatable;

internal sealed class RequestPasswordResetValidator : AbstractValidator<RequestPasswordReset>
{
    public RequestPasswordResetValidator() => RuleFor(c => c.Email).Passes(AccountRules.CheckEmail);
}

internal sealed class RequestPasswordResetHandler(IAccounts accounts, IOneTimeCodes codes, IFacts facts, IChangeStamps stamps) : IRequestHandler<RequestPasswordReset, Saved<Guid>>
{
    public async Task<Saved<Guid>> Handle(RequestPasswordReset request, CancellationToken cancellationToken)
    {
        // The same is done if there is no such account, so that it takes the same time; there is only no one to mail to.
        var account = await accounts.FindByEmailAsync(request.Email, cancellationToken);
        var id = account?.Row.Id ?? Guid.CreateVersion7();
        var recipient = account is not null && !account.Row.IsDisabled ? account.Id : (UserId?)null;
        var code = OneTimeCode.Of(CodePurpose.PasswordReset, recipient, stamps.Now().At);
        codes.Add(code);
        await facts.RecordAsync(FactStreams.User, id, new UserPasswordResetRequested(id, code.Id), cancellationToken);
        return Saved.As(() => code.Id);
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Asks for another code that confirms the address of an account. The answer is the same whether or not there is such an account.</summary>
/// <param name="Email">The address of the account.</param>
[Requires(Scopes.None)]
public sealed record RequestConfirmation(string Email) : ICommand<Guid>, IUnrepeatable;

internal sealed class RequestConfirmationValidator : AbstractValidator<RequestConfirmation>
{
    public RequestConfirmationValidator() => RuleFor(c => c.Email).Passes(AccountRules.CheckEmail);
}

internal sealed class RequestConfirmationHandler(IAccounts accounts, IOneTimeCodes codes, IFacts facts, IChangeStamps stamps) : IRequestHandler<RequestConfirmation, Saved<Guid>>
{
    public async Task<Saved<Guid>> Handle(RequestConfirmation request, CancellationToken cancellationToken)
    {
        // The same is done if there is no such account, so that it takes the same time; there is only no one to mail to.
        var account = await accounts.FindByEmailAsync(request.Email, cancellationToken);
        var id = account?.Row.Id ?? Guid.CreateVersion7();
        var recipient = account is not null && !account.Row.IsConfirmed ? account.Id : (UserId?)null;
        var code = OneTimeCode.Of(CodePurpose.Confirmation, recipient, stamps.Now().At);
        codes.Add(code);
        await facts.RecordAsync(FactStreams.User, id, new UserConfirmationRequested(id, code.Id), cancellationToken);
        return Saved.As(() => code.Id);
    }
}

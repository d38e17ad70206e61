using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts;

/// <summary>Changes the members of one's own account that are present. A new address is in force when it is confirmed by the code that is mailed to it.</summary>
/// <param name="Patch">The changes.</param>
[Requires(Scopes.Account)]
public sealed record ChangeMe(MePatch Patch) : ICommand<AccountDto>;

/// <summary>What one may change of one's own account.</summary>
public sealed record MePatch
{
    /// <summary>1–100 characters; can't be cleared.</summary>
    public Optional<string> DisplayName { get; init; }

    /// <summary>Another address; can't be cleared.</summary>
    public Optional<string> Email { get; init; }
}

internal sealed class ChangeMeValidator : AbstractValidator<ChangeMe>
{
    public ChangeMeValidator()
    {
        RuleFor(c => c.Patch.DisplayName).PassesIfPresent(AccountRules.DisplayName.Check);
        RuleFor(c => c.Patch.Email).PassesIfPresent(AccountRules.CheckEmail);
    }
}

internal sealed class ChangeMeHandler(ICallContext call, IAccounts accounts, IOneTimeCodes codes, IFacts facts, IChangeStamps stamps)
    : IRequestHandler<ChangeMe, Saved<AccountDto>>
{
    public async Task<Saved<AccountDto>> Handle(ChangeMe request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        var name = request.Patch.DisplayName.IsPresent ? AccountRules.DisplayName.Accept(request.Patch.DisplayName.Value) : account.Row.DisplayName;
        if (!string.Equals(name, account.Row.DisplayName, StringComparison.Ordinal))
            await accounts.ChangeAsync(account.Id, new(DisplayName: name), cancellationToken);
        if (request.Patch.Email.Value?.Trim() is { } email && !string.Equals(email, account.Row.Email, StringComparison.Ordinal))
        {
            // Whether others have the address is not said here: the code is refused if they do.
            var code = OneTimeCode.Of(CodePurpose.EmailChange, account.Id, stamps.Now().At, email);
            codes.Add(code);
            await facts.RecordAsync(FactStreams.User, account.Row.Id, new UserEmailChangeRequested(account.Row.Id, code.Id), cancellationToken);
        }

        return Saved.As(() => AccountDto.From(account.Row with { DisplayName = name }));
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Makes someone an administrator or not, and disables or enables an account. Disabling ends its sessions.</summary>
/// <param name="UserId">The person.</param>
/// <param name="Patch">The changes.</param>
[Requires(Scopes.Admin)]
public sealed record ChangeAccount(UserId UserId, AccountPatch Patch) : ICommand<AccountDto>;

/// <summary>What an administrator may change of an account.</summary>
public sealed record AccountPatch
{
    /// <summary>Whether they are an administrator.</summary>
    public Optional<bool?> Administrator { get; init; }

    /// <summary>Whether nothing is accepted from them.</summary>
    public Optional<bool?> Disabled { get; init; }
}

internal sealed class ChangeAccountValidator : AbstractValidator<ChangeAccount>
{
    public ChangeAccountValidator()
    {
        RuleFor(c => c.Patch.Administrator).PassesIfPresent(value => value is null ? new("administrator.required", "It is true or false.") : null);
        RuleFor(c => c.Patch.Disabled).PassesIfPresent(value => value is null ? new("disabled.required", "It is true or false.") : null);
    }
}

internal sealed class ChangeAccountHandler(IAccounts accounts, IFacts facts) : IRequestHandler<ChangeAccount, Saved<AccountDto>>
{
    public async Task<Saved<AccountDto>> Handle(ChangeAccount request, CancellationToken cancellationToken)
    {
        var (id, patch) = (request.UserId.Value, request.Patch);
        var row = (await accounts.FindAsync(request.UserId, cancellationToken) ?? throw new NotFoundException("account", request.UserId)).Row;
        var (isAdministrator, isDisabled) = (patch.Administrator.Value ?? row.IsAdministrator, patch.Disabled.Value ?? row.IsDisabled);
        await accounts.ChangeAsync(request.UserId, new(IsAdministrator: isAdministrator, IsDisabled: isDisabled), cancellationToken);
        if (isAdministrator != row.IsAdministrator)
            await facts.RecordAsync(FactStreams.User, id, new UserRoleChanged(id, isAdministrator), cancellationToken);
        if (isDisabled != row.IsDisabled)
            await facts.RecordAsync(FactStreams.User, id, isDisabled ? new UserDisabled(id) : new UserEnabled(id), cancellationToken);
        return Saved.As(() => AccountDto.From(row with { IsAdministrator = isAdministrator, IsDisabled = isDisabled }));
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>Ends the session that the call is made in.</summary>
[Requires(Scopes.Account)]
public sealed record SignOut : ICommand<SessionId>, IUnrepeatable;

internal sealed class SignOutValidator : AbstractValidator<SignOut>;

internal sealed class SignOutHandler(ICallContext call, ISessions sessions, SessionEnds ends) : IRequestHandler<SignOut, Saved<SessionId>>
{
    public async Task<Saved<SessionId>> Handle(SignOut request, CancellationToken cancellationToken)
    {
        var id = call.Session ?? throw new ForbiddenException("auth.not_a_session", "This token belongs to no session: revoke it instead.");
        if (await sessions.FindAsync(id, cancellationToken) is { } session)
            await ends.EndAsync(session, SessionEndReason.SignedOut, cancellationToken);
        return Saved.As(() => id);
    }
}

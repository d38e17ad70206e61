using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>Ends one of one's own sessions, such as that of a device that was lost.</summary>
/// <param name="SessionId">The session.</param>
[Requires(Scopes.Account)]
public sealed record EndSession(SessionId SessionId) : ICommand<SessionId>;

internal sealed class EndSessionValidator : AbstractValidator<EndSession>;

internal sealed class EndSessionHandler(ICallContext call, ISessions sessions, SessionEnds ends) : IRequestHandler<EndSession, Saved<SessionId>>
{
    public async Task<Saved<SessionId>> Handle(EndSession request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        var session = await sessions.FindAsync(request.SessionId, cancellationToken);
        if (session is null || session.AccountId != person)
            throw new NotFoundException("session", request.SessionId);
        await ends.EndAsync(session, SessionEndReason.Revoked, cancellationToken);
        return Saved.As(() => session.Id);
    }
}

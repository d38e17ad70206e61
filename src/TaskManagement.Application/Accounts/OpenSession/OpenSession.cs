using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts;

/// <summary>Does what is left to do of <see cref="SignIn" /> when the password is checked.</summary>
/// <param name="SessionId">The id of the session.</param>
/// <param name="UserId">Whose it is to be; null if there is no such account.</param>
/// <param name="Email">The address that was given.</param>
/// <param name="IsProven">Whether it is they.</param>
/// <param name="Code">The one-time password or recovery code that has to be right as well; null if none is asked for.</param>
[Requires(Scopes.None)]
public sealed record OpenSession(Guid SessionId, Guid? UserId, string Email, bool IsProven, string? Code) : ICommand<SessionTokensDto>, IUnrepeatable;

internal sealed class OpenSessionValidator : AbstractValidator<OpenSession>;

internal sealed class OpenSessionHandler(
    ISessions sessions, ITotp totp, IPasswordAttempts attempts, ISecrets secrets, IFacts facts, SecurityTrail trail, IChangeStamps stamps)
    : IRequestHandler<OpenSession, Saved<SessionTokensDto>>
{
    public async Task<Saved<SessionTokensDto>> Handle(OpenSession request, CancellationToken cancellationToken)
    {
        var (id, now) = (request.SessionId, stamps.Now().At);
        await trail.BeginAsync(
            new(
                FactStreams.Session,
                id,
                new SessionSignInAttempted(id, request.UserId),
                code => new SessionSignInFailed(id, request.UserId, code),
                // By the address and not by the account: whether there is one must make no difference.
                Target: request.Email.ToUpperInvariant()),
            cancellationToken);
        if (!request.IsProven || request.UserId is not { } user
            || (request.Code is { } code && !await totp.RedeemAsync(new(user), code, cancellationToken)))
            throw new AuthenticationFailedException();
        var (access, accessHash) = secrets.Make(SecretPrefixes.Session);
        var (refresh, refreshHash) = secrets.Make(SecretPrefixes.Refresh);
        var session = Session.Begin(new(id), new(user), accessHash, now);
        sessions.Add(session);
        sessions.Add(RefreshToken.Of(session, refreshHash));
        await attempts.ForgiveAsync(request.Email, cancellationToken);
        await facts.RecordAsync(FactStreams.Session, id, new SessionSignInSucceeded(id, user), cancellationToken);
        return Saved.As(() => new SessionTokensDto(id, access, session.AccessExpiresAt, refresh, session.ExpiresAt));
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts;

/// <summary>Continues a session with new tokens. A refresh token that comes a second time was stolen: it ends the session.</summary>
/// <param name="RefreshToken">The refresh token.</param>
[Requires(Scopes.None)]
public sealed record RefreshSession(string RefreshToken) : ICommand<RefreshedSession>, IUnrepeatable;

/// <summary>What became of a session that was to be continued.</summary>
/// <param name="Id">The session.</param>
/// <param name="Tokens">Its new tokens; null if the token was used before, and the session is ended.</param>
public sealed record RefreshedSession(SessionId Id, SessionTokensDto? Tokens);

internal sealed class RefreshSessionValidator : AbstractValidator<RefreshSession>
{
    public RefreshSessionValidator() => RuleFor(c => c.RefreshToken).Passes(AccountRules.CheckSecret);
}

internal sealed class RefreshSessionHandler(
    ISessions sessions, IAccounts accounts, SessionEnds ends, ISecrets secrets, IFacts facts, SecurityTrail trail, IChangeStamps stamps)
    : IRequestHandler<RefreshSession, Saved<RefreshedSession>>
{
    public async Task<Saved<RefreshedSession>> Handle(RefreshSession request, CancellationToken cancellationToken)
    {
        var now = stamps.Now().At;
        var hash = secrets.Hash(request.RefreshToken);
        var session = await sessions.FindByRefreshTokenAsync(hash, cancellationToken);
        var (id, user) = (session?.Id.Value ?? Guid.CreateVersion7(), session?.AccountId.Value);
        await trail.BeginAsync(
            new(FactStreams.Session, id, new SessionRefreshAttempted(id, user), code => new SessionRefreshFailed(id, user, code)), cancellationToken);
        if (session is null || !session.IsOpenAt(now) || await accounts.FindAsync(session.AccountId, cancellationToken) is not { Row.IsDisabled: false })
            throw new AuthenticationFailedException();

        if (!await sessions.TryUseAsync(hash, now, cancellationToken))
        {
            // No error, since that would undo the end of the session.
            await facts.RecordAsync(FactStreams.Session, id, new SessionRefreshFailed(id, user, "token.reused"), cancellationToken);
            await ends.EndAsync(session, SessionEndReason.TokenReused, cancellationToken);
            return Saved.As(() => new RefreshedSession(session.Id, null));
        }

        var (access, accessHash) = secrets.Make(SecretPrefixes.Session);
        var (refresh, refreshHash) = secrets.Make(SecretPrefixes.Refresh);
        session.Refresh(accessHash, now);
        sessions.Add(Domain.Identity.RefreshToken.Of(session, refreshHash));
        await facts.RecordAsync(FactStreams.Session, id, new SessionRefreshSucceeded(id, session.AccountId.Value), cancellationToken);
        return Saved.As(() => new RefreshedSession(session.Id, new(id, access, session.AccessExpiresAt, refresh, session.ExpiresAt)));
    }
}

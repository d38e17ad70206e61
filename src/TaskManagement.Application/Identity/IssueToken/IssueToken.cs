using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Identity;

/// <summary>
/// Issues a token: for a program, or for who is to do some things and not others. A person's token acts as that person; that of a program acts for itself.
/// It is good for no more than what it is issued with.
/// </summary>
/// <param name="Name">What it is called, in 1–100 characters; of one owner's tokens that are not revoked, no two have the same name.</param>
/// <param name="Scopes">One or more words for what it is good for.</param>
/// <param name="ExpiresAt">Until when it is accepted, at most 366 days from now.</param>
/// <param name="Id">A UUID of the caller's choice; a new UUIDv7 if absent.</param>
/// <param name="ProjectId">The one project that it is to be confined to, or null.</param>
[Requires(Domain.Identity.Scopes.Account)]
public sealed record IssueToken(string Name, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt, Guid? Id = null, ProjectId? ProjectId = null)
    : ICommand<AccessTokenDto>;

internal sealed class IssueTokenValidator : AbstractValidator<IssueToken>
{
    public IssueTokenValidator(TimeProvider clock)
    {
        RuleFor(c => c.Id).IsUsableId();
        RuleFor(c => c.Name).Passes(AccessToken.NameRule.Check);
        RuleFor(c => c.Scopes).Passes(CheckScopes);
        RuleFor(c => c.ExpiresAt).Passes(at => CheckExpiry(at, clock.GetUtcNow()));
    }

    private static ValueError? CheckScopes(IReadOnlyList<string> scopes)
    {
        if (scopes is not { Count: > 0 })
            return new("scopes.required", $"Say what the token is good for: any of {string.Join(", ", ScopeWords.All)}.");
        return scopes.Any(word => !ScopeWords.All.Contains(word, StringComparer.Ordinal))
            ? new("scopes.unknown", $"Scopes are {string.Join(", ", ScopeWords.All)}, and no others.")
            : null;
    }

    private static ValueError? CheckExpiry(DateTimeOffset at, DateTimeOffset now) => at <= now || at > now + AccessToken.LongestLife
        ? new("expires_at.out_of_range", $"The token must expire within {AccessToken.LongestLife.TotalDays} days from now.")
        : null;
}

internal sealed class IssueTokenHandler(
    ICallContext call, IStandings standings, IAccessTokenRepository tokens, IFacts facts, SecurityTrail trail, CommandScope command, IChangeStamps stamps)
    : IRequestHandler<IssueToken, Saved<AccessTokenDto>>
{
    public async Task<Saved<AccessTokenDto>> Handle(IssueToken request, CancellationToken cancellationToken)
    {
        // The same in every attempt at the command.
        var id = request.Id ?? command.Id;
        var (secret, hash) = tokens.Make();
        var token = AccessToken.Issue(
            new(id),
            request.Name,
            hash,
            ScopeWords.ParseAll(string.Join(' ', request.Scopes)),
            request.ExpiresAt,
            stamps.Now(),
            call.Actor.Person(),
            request.ProjectId ?? call.Project);
        var scopes = ScopeWords.Of(token.Scopes);
        await trail.BeginAsync(
            new(FactStreams.Token, id, new TokenIssueAttempted(id, token.Name, scopes), code => new TokenIssueFailed(id, code)), cancellationToken);
        if (!call.Scopes.Include(token.Scopes) || (call.Project is not null && token.ProjectId != call.Project))
            throw new ForbiddenException("token.exceeds_issuer", "No one can issue a token that is good for more than their own.");
        if (token.ProjectId is { } project && await standings.FindAsync(Viewer.Of(call), Resource.Of(project), cancellationToken) is null)
            throw Refusals.NoSuchProject(project.Value);
        tokens.Add(token);
        await facts.RecordAsync(FactStreams.Token, id, new TokenIssueSucceeded(id, token.Name, scopes, token.ExpiresAt!.Value), cancellationToken);
        return Saved.As(() => AccessTokenDto.From(token, secret));
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Identity;

/// <summary>Ends a token for good: one's own, or any for an administrator. The node that is asked refuses it from now on, others within seconds.</summary>
/// <param name="TokenId">The token.</param>
[Requires(Scopes.Account)]
public sealed record RevokeToken(TokenId TokenId) : ICommand<AccessTokenDto>;

internal sealed class RevokeTokenValidator : AbstractValidator<RevokeToken>;

internal sealed class RevokeTokenHandler(ICallContext call, IAccessTokenRepository tokens, IFacts facts, IChangeStamps stamps)
    : IRequestHandler<RevokeToken, Saved<AccessTokenDto>>
{
    public async Task<Saved<AccessTokenDto>> Handle(RevokeToken request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(request.TokenId, cancellationToken);
        if (!call.Scopes.Include(Scopes.Admin) && token.Owner != call.CallingPerson())
            throw new NotFoundException("token", request.TokenId);
        token.Revoke(stamps.Now().At);
        await facts.RecordAsync(FactStreams.Token, token.Id.Value, new TokenRevoked(token.Id.Value, token.Name), cancellationToken);
        return Saved.As(() => AccessTokenDto.From(token));
    }
}

using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Identity;

/// <summary>Records that someone came with a token.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="Refusal">Why it was refused, as a code; null if it was accepted.</param>
[Requires(Scopes.None)]
public sealed record RecordTokenUse(TokenId TokenId, string? Refusal) : ICommand<TokenId>, IUnrepeatable;

internal sealed class RecordTokenUseValidator : AbstractValidator<RecordTokenUse>;

internal sealed class RecordTokenUseHandler(IFacts facts) : IRequestHandler<RecordTokenUse, Saved<TokenId>>
{
    public async Task<Saved<TokenId>> Handle(RecordTokenUse request, CancellationToken cancellationToken)
    {
        var id = request.TokenId.Value;
        await facts.RecordAsync(FactStreams.Token, id, new TokenUseAttempted(id), cancellationToken);
        await facts.RecordAsync(FactStreams.Token, id, request.Refusal is { } code ? new TokenUseFailed(id, code) : new TokenUseSucceeded(id), cancellationToken);
        return Saved.As(() => request.TokenId);
    }
}

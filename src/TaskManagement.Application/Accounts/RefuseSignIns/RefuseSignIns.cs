using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts;

/// <summary>Notes that too many attempts at a password failed in a row, so that none is admitted for a while.</summary>
/// <param name="UserId">The account; null if there is none with the address.</param>
/// <param name="Failures">How many.</param>
/// <param name="Until">Until when none is admitted.</param>
[Requires(Scopes.None)]
public sealed record RefuseSignIns(Guid? UserId, int Failures, DateTimeOffset Until) : ICommand<Guid>, IUnrepeatable;

internal sealed class RefuseSignInsValidator : AbstractValidator<RefuseSignIns>;

internal sealed class RefuseSignInsHandler(IFacts facts, CommandScope command) : IRequestHandler<RefuseSignIns, Saved<Guid>>
{
    public async Task<Saved<Guid>> Handle(RefuseSignIns request, CancellationToken cancellationToken)
    {
        var id = request.UserId ?? command.Id;
        await facts.RecordAsync(FactStreams.User, id, new UserSignInsRefused(request.UserId, request.Failures, request.Until), cancellationToken);
        return Saved.As(() => id);
    }
}

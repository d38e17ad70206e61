using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Ends sessions, and tells why.</summary>
internal sealed class SessionEnds(ISessions sessions, IFacts facts, IChangeStamps stamps)
{
    public async Task EndAllAsync(UserId person, SessionEndReason reason, CancellationToken cancellationToken)
    {
        foreach (var session in await sessions.ListAsync(person, cancellationToken))
            await EndAsync(session, reason, cancellationToken);
    }

    public Task EndAsync(Session session, SessionEndReason reason, CancellationToken cancellationToken)
    {
        session.End(stamps.Now().At);
        return facts.RecordAsync(
            FactStreams.Session, session.Id.Value, new SessionEnded(session.Id.Value, session.AccountId.Value, reason), cancellationToken);
    }
}

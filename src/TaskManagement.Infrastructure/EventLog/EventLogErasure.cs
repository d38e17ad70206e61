using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

internal sealed class EventLogErasure(TaskManagementDbContext db, DomainEventDispatch dispatch) : IEventLogErasure
{
    public Task<int> EraseAddressesAsync(ActorId actor, CancellationToken cancellationToken)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("Addresses are erased in the transaction of a command, with the fact that says why.");
        dispatch.LeaveOutAddress(actor);
        return db.EventLog.Where(record => record.Actor == actor && record.Address != null)
            .ExecuteUpdateAsync(set => set.SetProperty(record => record.Address, (string?)null), cancellationToken);
    }
}

using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog;

internal sealed class Facts(
    TaskManagementDbContext db, DatabaseProvider provider, CommandScope command, DomainEventDispatch dispatch, IChangeStamps stamps) : IFacts
{
    public async Task RecordAsync(string streamType, Guid streamId, DomainEvent fact, CancellationToken cancellationToken)
    {
        // Who was overtaken once waits for its turn, so as not to be overtaken again and again. A delivery is not repeated here.
        if (command.Attempt > 1 && !dispatch.Delivery.IsServing && provider.LockStream(streamId) is { } wait)
            await db.Database.ExecuteSqlAsync(wait, cancellationToken);
        await dispatch.RecordAsync(db, streamType, streamId, fact, stamps.Now(), cancellationToken);
    }
}

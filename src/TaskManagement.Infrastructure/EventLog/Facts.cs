using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

internal sealed class Facts(TaskManagementDbContext db, DomainEventDispatch dispatch, IChangeStamps stamps) : IFacts
{
    public Task RecordAsync(string streamType, Guid streamId, DomainEvent fact, CancellationToken cancellationToken) =>
        dispatch.RecordAsync(db, streamType, streamId, fact, stamps.Now(), cancellationToken);
}

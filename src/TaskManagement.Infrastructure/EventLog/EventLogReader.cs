using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

internal sealed class EventLogReader(TaskManagementDbContext db, CompiledQueries queries) : IEventLog
{
    /// <summary>A row as the rest of the service knows it.</summary>
    public static readonly Expression<Func<EventRecord, LoggedEvent>> AsLogged = record => new LoggedEvent(
        record.EventId,
        record.StreamType,
        record.StreamId,
        record.StreamVersion,
        record.Type,
        record.TypeVersion,
        record.Payload,
        record.Actor.Value,
        record.CorrelationId,
        record.CausationId,
        record.TraceParent,
        record.CausationDepth,
        record.OccurredAt,
        record.Position,
        record.Address);

    private static readonly Func<EventRecord, LoggedEvent> ToLogged = AsLogged.Compile();

    /// <summary>A row that was read, as the rest of the service knows it.</summary>
    public static LoggedEvent Logged(EventRecord record) => ToLogged(record);

    public async Task<IReadOnlyList<LoggedEvent>> ReadStreamAsync(
        string streamType, Guid streamId, long afterVersion, int limit, CancellationToken cancellationToken) =>
        await queries.Stream(db, streamType, streamId, afterVersion, limit).ToListAsync(cancellationToken);

    public async Task<IReadOnlyDictionary<Guid, int>> FindDepthsAsync(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellationToken) =>
        await db.EventLog
            .Where(record => eventIds.Contains(record.EventId))
            .Select(record => new { record.EventId, record.CausationDepth })
            .ToDictionaryAsync(record => record.EventId, record => record.CausationDepth, cancellationToken);
}

using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>
/// Reads the log stream by stream, a chunk at a time: a provider that tries queries again keeps the whole of a result in memory, however
/// it is asked for. Ids stand in the order of the database, which is not that of <see cref="Guid"/>: it is never compared here.
/// </summary>
internal sealed class LogStreams(TaskManagementDbContext db, IEventLog log)
{
    private const int ChunkSize = 1000;

    /// <summary>The kinds of streams there are.</summary>
    public Task<List<string>> TypesAsync(CancellationToken cancellationToken) =>
        db.EventLog.Select(record => record.StreamType).Distinct().ToListAsync(cancellationToken);

    /// <summary>All events of one kind of streams, in the order of streams and versions.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="after">The stream after which to begin; null for all.</param>
    /// <param name="to">The last stream; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<LoggedEvent> ReadAsync(
        string type, Guid? after, Guid? to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var chunk = await ReadChunkAsync(type, after, to, cancellationToken);
            foreach (var logged in chunk)
                yield return logged;
            if (chunk.Count < ChunkSize)
                yield break;
            await foreach (var logged in ReadRestAsync(chunk[^1], cancellationToken))
                yield return logged;
            after = chunk[^1].StreamId;
        }
    }

    private async Task<List<LoggedEvent>> ReadChunkAsync(string type, Guid? after, Guid? to, CancellationToken cancellationToken)
    {
        var records = db.EventLog.AsNoTracking().Where(record => record.StreamType == type);
        if (after is { } first)
            records = records.Where(record => record.StreamId > first);
        if (to is { } last)
            records = records.Where(record => record.StreamId <= last);
        return await records.OrderBy(record => record.StreamId).ThenBy(record => record.StreamVersion)
            .Take(ChunkSize)
            .Select(EventLogReader.AsLogged)
            .ToListAsync(cancellationToken);
    }

    /// <summary>What a full chunk may have cut off of its last stream.</summary>
    private async IAsyncEnumerable<LoggedEvent> ReadRestAsync(LoggedEvent last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var chunk = await log.ReadStreamAsync(last.StreamType, last.StreamId, last.StreamVersion, ChunkSize, cancellationToken);
            foreach (var logged in chunk)
                yield return logged;
            if (chunk.Count < ChunkSize)
                yield break;
            last = chunk[^1];
        }
    }
}

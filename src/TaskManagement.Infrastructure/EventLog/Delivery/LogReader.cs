using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// Reads the log by position for everyone on this node. What is read is kept for a while in chunks, so that many subscriptions at about
/// the same place cost one query.
/// </summary>
internal sealed class LogReader(IServiceScopeFactory scopes, EventSignals signals, EventTypes types) : IDisposable
{
    private const int ChunkSize = 512;
    private const int MostChunks = 16;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Dictionary<long, Chunk> _chunks = [];
    private long _uses;

    /// <summary>
    /// The next events after a position, in order: some of them, or none if the log goes no further.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<LogEntry>> ReadAfterAsync(long position, CancellationToken cancellationToken)
    {
        // Positions begin with 1, so chunk 0 has 1 to 512.
        while (position < signals.Head)
        {
            var (number, offset) = Math.DivRem(position, ChunkSize);
            var chunk = _chunks.TryGetValue(number, out var known) && (known.ReadTo >= Math.Min(signals.Head, End(number)))
                ? known
                : await ReadChunkAsync(number, cancellationToken);
            chunk.LastUse = Interlocked.Increment(ref _uses);
            var entries = chunk.Entries;
            var first = FirstAfter(entries, position, (int)offset);
            if (first < entries.Length)
                return entries.AsMemory(first);
            if (chunk.ReadTo < End(number))
                break;
            // Nothing is left of this chunk: the next begins after it.
            position = End(number);
        }

        return default;
    }

    /// <summary>The events at some positions, in the order of these.</summary>
    /// <exception cref="InvalidOperationException">There is no event at one of them.</exception>
    public async Task<LogEntry[]> FindAsync(IReadOnlyList<long> positions, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, LogEntry>(positions.Count);
        foreach (var position in positions)
        {
            if (_chunks.TryGetValue((position - 1) / ChunkSize, out var chunk) && Array.Find(chunk.Entries, entry => entry.Position == position) is { } known)
                found[position] = known;
        }

        long?[] missing = [.. positions.Where(position => !found.ContainsKey(position))];
        if (missing.Length > 0)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
            foreach (var logged in await db.EventLog.AsNoTracking().Where(record => missing.Contains(record.Position)).Select(EventLogReader.AsLogged).ToListAsync(cancellationToken))
                found[logged.Position!.Value] = new(logged, types);
        }

        return [.. positions.Select(position => found.TryGetValue(position, out var entry) ? entry : throw new InvalidOperationException($"There is no event at position {position}."))];
    }

    public void Dispose() => _reading.Dispose();

    private static long End(long number) => (number + 1) * ChunkSize;

    private static int FirstAfter(LogEntry[] entries, long position, int guess)
    {
        // Without gaps, the guess is right.
        var index = Math.Min(guess, entries.Length);
        while (index > 0 && entries[index - 1].Position > position)
            index--;
        while (index < entries.Length && entries[index].Position <= position)
            index++;
        return index;
    }

    private async Task<Chunk> ReadChunkAsync(long number, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var readTo = Math.Min(signals.Head, End(number));
            if (_chunks.TryGetValue(number, out var known) && known.ReadTo >= readTo)
                return known;
            var after = known?.ReadTo ?? number * ChunkSize;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
            var read = await db.EventLog.AsNoTracking()
                .Where(record => record.Position > after && record.Position <= readTo)
                .OrderBy(record => record.Position)
                .Select(EventLogReader.AsLogged)
                .ToListAsync(cancellationToken);
            var chunk = new Chunk([.. known?.Entries ?? [], .. read.Select(logged => new LogEntry(logged, types))], readTo);
            // Readers look without a lock, so they get another dictionary and not a changed one.
            var chunks = new Dictionary<long, Chunk>(_chunks) { [number] = chunk };
            if (chunks.Count > MostChunks)
                chunks.Remove(chunks.Where(other => other.Key != number).MinBy(other => other.Value.LastUse).Key);
            _chunks = chunks;
            return chunk;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>A part of the log: everything in it up to <see cref="ReadTo"/>.</summary>
    private sealed class Chunk(LogEntry[] entries, long readTo)
    {
        public LogEntry[] Entries => entries;

        public long ReadTo => readTo;

        public long LastUse { get; set; }
    }
}

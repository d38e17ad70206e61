using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>
/// The types of all events in the log, those included that a newer version of the service on another node has written and this one does not know.
/// A type that is there stays there, so only what has come since is looked at.
/// </summary>
internal sealed class TypesInLog(EventTypes types)
{
    /// <summary>From how many new events on it is quicker to go from type to type.</summary>
    private const int ManyEvents = 10_000;

    private volatile Known _known = new(0, types.All.Values.Select(type => type.Name).ToFrozenSet(StringComparer.Ordinal));

    /// <summary>The types of all events up to a position that is there.</summary>
    public async Task<IReadOnlyCollection<string>> UpToAsync(TaskManagementDbContext db, long position, CancellationToken cancellationToken)
    {
        var known = _known;
        if (position <= known.Position)
            return known.Types;
        var found = position - known.Position > ManyEvents
            ? await FromTypeToTypeAsync(db, cancellationToken)
            : await db.EventLog.Where(record => record.Position > known.Position && record.Position <= position)
                .Select(record => record.Type).Distinct().ToListAsync(cancellationToken);
        var all = new Known(position, known.Types.Concat(found).ToFrozenSet(StringComparer.Ordinal));
        _known = all;
        return all.Types;
    }

    /// <summary>Each step is one look into the index, however many events there are of a type.</summary>
    private static async Task<List<string>> FromTypeToTypeAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var last = "";
#pragma warning disable CA1309 // The database compares, in its own order, in which it also finds the smallest.
        while (await db.EventLog.Where(record => record.Position > 0 && string.Compare(record.Type, last) > 0)
            .MinAsync(record => (string?)record.Type, cancellationToken) is { } next)
            found.Add(last = next);
#pragma warning restore CA1309
        return found;
    }

    private sealed record Known(long Position, FrozenSet<string> Types);
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>
/// Compares a table with what its aggregates' events lead to, one page of rows beside the streams of the same range of ids. So both what is
/// in the table only and what is in the log only is found, and no more than a page is in memory.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="model">The table's columns, and those of the tables that belong to it.</param>
/// <param name="log">The streams.</param>
/// <param name="types">Reads what events state.</param>
/// <param name="findings">Takes what differs.</param>
internal sealed class AggregateVerification<T>(AggregateTable<T> table, IEntityType model, LogStreams log, EventTypes types, Findings findings)
    where T : AggregateRoot
{
    private const int PageSize = 500;

    private readonly RowComparison _comparison = new(findings);

    /// <summary>How many rows were compared.</summary>
    public long Compared { get; private set; }

    /// <summary>How many events were read.</summary>
    public long Events { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var (after, more) = ((Guid?)null, true); more;)
        {
            var (rows, last) = await ReadPageAsync(after, cancellationToken);
            more = last is not null;
            await CompareAsync(rows, log.ReadAsync(table.StreamType, after, last, cancellationToken));
            after = last;
        }
    }

    private async Task CompareAsync(Dictionary<Guid, T?> rows, IAsyncEnumerable<LoggedEvent> events)
    {
        Guid? stream = null;
        var (rebuilt, check) = (table.Empty(), (StreamCheck?)null);
        await foreach (var logged in events)
        {
            Events++;
            if (logged.StreamId != stream)
            {
                Settle();
                (stream, rebuilt, check) = (logged.StreamId, table.Empty(), new(Subject(logged.StreamId), types, findings));
            }

            if (check!.Take(logged) is { } happened)
                Replay(happened, logged, rebuilt, check);
        }

        Settle();
        foreach (var id in rows.Keys)
            findings.AddUnexpectedRow(Subject(id));

        void Settle()
        {
            if (stream is not { } id)
                return;
            if (!rows.Remove(id, out var row))
                findings.AddMissingRow(Subject(id));
            else if (row is not null && check!.IsWhole)
                Compare(id, row, rebuilt);
        }
    }

    private void Replay(IDomainEvent happened, LoggedEvent logged, T rebuilt, StreamCheck check)
    {
        table.Notice(happened, logged);
        if (!check.IsWhole)
            return;
        try
        {
            rebuilt.Replay(new(happened, logged.StreamVersion, new(logged.Actor)));
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or TimeZoneNotFoundException)
        {
            // An event of another kind of aggregate, or a due date in a time zone that this machine has no data of.
            check.AddUnreadable(logged, wrong);
        }
    }

    private void Compare(Guid id, T row, T rebuilt)
    {
        Compared++;
        _comparison.Compare(Subject(id), model, row, rebuilt, column => table.ByLog(column, row, rebuilt));
    }

    /// <summary>The next rows, those that can't be read as null; and the id of the last one, or null if there are no more.</summary>
    private async Task<(Dictionary<Guid, T?> Rows, Guid? Last)> ReadPageAsync(Guid? after, CancellationToken cancellationToken)
    {
        var page = table.After(after).Take(PageSize);
        List<Guid> ids;
        Dictionary<Guid, T?> rows;
        try
        {
            var read = await page.ToListAsync(cancellationToken);
            (ids, rows) = ([.. read.Select(row => row.StreamId)], read.ToDictionary(row => row.StreamId, row => (T?)row));
        }
        catch (Exception wrong) when (IsOfTheRow(wrong))
        {
            (ids, rows) = (await table.Ids(page).ToListAsync(cancellationToken), []);
            foreach (var id in ids)
                rows.Add(id, await ReadRowAsync(id, cancellationToken));
        }

        return (rows, ids.Count == PageSize ? ids[^1] : null);
    }

    private async Task<T?> ReadRowAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await table.With(id).SingleAsync(cancellationToken);
        }
        catch (Exception wrong) when (IsOfTheRow(wrong))
        {
            findings.Add(DifferenceKind.UnreadableRow, Subject(id), $"The row of {Subject(id)} can't be read: {wrong.GetBaseException().Message}");
            return null;
        }
    }

    /// <summary>Whatever it is that a value can't be made of, it is no fault of the database.</summary>
    private static bool IsOfTheRow(Exception wrong) => wrong is not OperationCanceledException && wrong.GetBaseException() is not DbException;

    private string Subject(Guid id) => $"{table.StreamType} {id}";
}

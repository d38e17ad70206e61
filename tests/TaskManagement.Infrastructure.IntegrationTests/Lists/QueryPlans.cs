using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.Lists;

/// <summary>Asks the database how it would find what a query asks for.</summary>
internal sealed class QueryPlans(DatabaseKind database, bool isTableSmall = true) : DbCommandInterceptor
{
    private string? _plan;
    private bool _listening;

    /// <summary>The plan of the one statement that the query is.</summary>
    public async Task<string> OfAsync(Func<Task> query)
    {
        Assert.SkipWhen(database == DatabaseKind.SqlServer, "SQL Server shows its plans in another way.");
        (_plan, _listening) = (null, true);
        await query();
        _listening = false;
        return _plan!;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (_listening)
        {
            Assert.Null(_plan);
            _plan = command.CommandText + "\n" + await ExplainAsync(command, cancellationToken);
        }

        return result;
    }

    private async Task<string> ExplainAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var text = command.CommandText;
        // A table of few rows is read as a whole, whatever indexes it has.
        var hints = isTableSmall ? "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; " : "";
        command.CommandText = database == DatabaseKind.Sqlite ? "EXPLAIN QUERY PLAN " + text : $"{hints}EXPLAIN {text}";
        List<string> lines = [];
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                lines.Add(reader.GetString(database == DatabaseKind.Sqlite ? 3 : 0));
        }

        command.CommandText = text;
        return string.Join('\n', lines);
    }
}

using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>
/// Parses a text as SQL Server 2019 does and binds every table, column and variable that it names, as the server would. What it does not
/// know how to bind is a fault too, so nothing passes unread. What a text does to the schema is done to the catalogue.
/// </summary>
internal sealed class StatementChecker(Catalogue catalogue)
{
    public static TSqlFragment Parse(string text, out IReadOnlyList<string> faults)
    {
        var fragment = new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(text), out var errors);
        faults = [.. errors.Select(error => $"Line {error.Line}: {error.Message}")];
        return fragment;
    }

    /// <summary>Checks a text.</summary>
    /// <param name="text">One or more statements.</param>
    /// <param name="parameters">The names of the parameters that are sent with it.</param>
    /// <param name="isInTransaction">Whether it is sent within a transaction.</param>
    public CheckedText Check(string text, IEnumerable<string>? parameters = null, bool isInTransaction = false)
    {
        var fragment = Parse(text, out var faults);
        if (faults.Count > 0)
            return new(faults, [], []);
        var binder = new StatementBinder(catalogue, parameters ?? [], isInTransaction);
        fragment.Accept(binder);
        return new(binder.Faults, binder.Statements, binder.Results);
    }
}

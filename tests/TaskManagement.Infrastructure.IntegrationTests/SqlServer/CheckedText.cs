using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What is known about a text after it was checked.</summary>
/// <param name="Faults">What the server would refuse; empty if nothing.</param>
/// <param name="Statements">What it does, such as <c>SELECT</c> or <c>INSERT tasks</c>, statement by statement.</param>
/// <param name="Results">The results that it gives, in order.</param>
internal sealed record CheckedText(IReadOnlyList<string> Faults, IReadOnlyList<string> Statements, IReadOnlyList<ResultSet> Results);

/// <summary>One result of a text.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">How many rows it has, where the text says so; null where the tables do.</param>
internal sealed record ResultSet(IReadOnlyList<ResultColumn> Columns, int? Rows);

/// <summary>A column of a result or of a source of rows.</summary>
/// <param name="Name">Its name; null if it has none.</param>
/// <param name="Origin">The column of a table whose values it has; null if they are computed.</param>
/// <param name="Expression">What it is computed from.</param>
internal sealed record ResultColumn(string? Name, TableColumn? Origin, ScalarExpression? Expression);

using System.Data;
using System.Globalization;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>
/// Answers queries without a database: each table has so many rows, which pass every condition. A column is null if it may be,
/// has the value that was given, or else one that its type and name suggest.
/// </summary>
internal sealed class CannedRows
{
    public static readonly DateTimeOffset Time = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal) { ["idempotency_keys"] = 0, ["__EFMigrationsHistory"] = 0 };
    private readonly Dictionary<(string Table, string Column), object?> _values = new()
    {
        [("tasks", "status")] = "pending",
        [("tasks", "title")] = "Water the plants",
        [("projects", "key")] = "OPS",
        [("projects", "name")] = "Operations",
        [("task_labels", "key")] = "HOME",
        [("task_labels", "name")] = "Home",
        [("event_log", "payload")] = "{}",
        [("sys.databases", "is_read_committed_snapshot_on")] = true,
        [("sys.databases", "snapshot_isolation_state")] = (byte)1,
    };

    private readonly Dictionary<(string Table, string Column), IReadOnlyList<string>> _each = [];

    private readonly HashSet<string> _unmatched = new(StringComparer.Ordinal);
    private long _identity;

    public static TaskId Task { get; } = new(Id("tasks", 0));

    public static ProjectId Project { get; } = new(Id("projects", 0));

    /// <summary>Gives a table so many rows.</summary>
    public CannedRows Rows(string table, int count)
    {
        _counts[table] = count;
        return this;
    }

    /// <summary>Whoever asks whether a table has a row of some kind is told that it has none.</summary>
    public CannedRows NoneMatches(string table)
    {
        _unmatched.Add(table);
        return this;
    }

    /// <summary>Gives a table a row for each value.</summary>
    public CannedRows Each(string table, string column, IReadOnlyList<string> values)
    {
        _each[(table, column)] = values;
        return Rows(table, values.Count);
    }

    /// <summary>Gives all rows of a table a value.</summary>
    public CannedRows With(string table, string column, object? value)
    {
        _values[(table, column)] = value;
        return this;
    }

    /// <summary>The rows of one result.</summary>
    /// <param name="result">What was asked for.</param>
    /// <param name="catalogue">Which tables there are.</param>
    public DataTable Answer(ResultSet result, Catalogue catalogue)
    {
        var answer = new DataTable();
        foreach (var column in result.Columns)
            answer.Columns.Add(column.Name is { } name && !answer.Columns.Contains(name) ? name : null, TypeOf(column));
        var count = result.Rows ?? CountOf(result.Columns.FirstOrDefault(column => column.Origin is not null)?.Origin?.Table);
        for (var row = 0; row < count; row++)
            answer.Rows.Add([.. result.Columns.Select(column => ValueOf(column, row, catalogue, isStored: result.Rows is not null) ?? DBNull.Value)]);
        return answer;
    }

    private static Guid Id(string table, int row) => new(StringComparer.Ordinal.Equals(table, "projects") ? 1 : 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(row + 1));

    private int CountOf(string? table) => table is null ? 1 : _counts.GetValueOrDefault(table, 1);

    private static Type TypeOf(ResultColumn column) => column switch
    {
        { Origin: { } origin } => origin.Type,
        { Expression: SearchedCaseExpression { WhenClauses: [{ ThenExpression: IntegerLiteral }, ..] } } => typeof(int),
        { Expression: CastCall { DataType: SqlDataTypeReference { SqlDataTypeOption: SqlDataTypeOption.Bit } } or SearchedCaseExpression } => typeof(bool),
        { Expression: FunctionCall function } => TypeOf(function),
        { Expression: ScalarSubquery { QueryExpression: QuerySpecification { SelectElements: [SelectScalarExpression { Expression: FunctionCall function }] } } } => TypeOf(function),
        { Expression: ScalarSubquery role } when IsRole(role) => typeof(string),
        { Expression: ScalarSubquery or BinaryExpression } => typeof(long),
        { Expression: CoalesceExpression { Expressions: [FunctionCall { FunctionName.Value: "SUM" }, ..] } } => typeof(long),
        { Expression: null or IntegerLiteral or VariableReference } => typeof(int),
        _ => throw new NotSupportedException($"What {column.Expression!.GetType().Name} gives is unknown here."),
    };

    private object? ValueOf(ResultColumn column, int row, Catalogue catalogue, bool isStored) => column switch
    {
        { Origin: { Table: "event_log", Name: "id" } } when isStored => ++_identity,
        { Origin: { } origin } => ValueOf(origin, row),
        // The number that MERGE gives each row of its source.
        { Expression: null } => row,
        { Expression: IntegerLiteral literal } => int.Parse(literal.Value, CultureInfo.InvariantCulture),
        // There is no type after the last.
        { Expression: FunctionCall { FunctionName.Value: "MIN" } least } when IsOf(least, "type") => null,
        { Expression: FunctionCall times } when TypeOf(times) == typeof(DateTimeOffset) => Time,
        { Expression: FunctionCall names } when TypeOf(names) == typeof(string) => "text",
        { Expression: ScalarSubquery role } when IsRole(role) => _values.GetValueOrDefault(("team_members", "role")),
        { Expression: FunctionCall { FunctionName.Value: "OBJECT_ID", Parameters: [StringLiteral name] } } => catalogue.Find(StatementBinder.Unquoted(name)) is null ? null : 1,
        { Expression: VariableReference or FunctionCall or ScalarSubquery or CoalesceExpression or BinaryExpression } => 1,
        { Expression: SearchedCaseExpression { ElseExpression: IntegerLiteral otherwise } } => int.Parse(otherwise.Value, CultureInfo.InvariantCulture),
        { Expression: SearchedCaseExpression { WhenClauses: [{ WhenExpression: ExistsPredicate exists }] } } => Exists(exists),
        _ => throw new NotSupportedException($"What {column.Expression!.GetType().Name} gives is unknown here."),
    };

    private static Type TypeOf(FunctionCall function) => function.FunctionName.Value.ToUpperInvariant() switch
    {
        "COUNT" or "OBJECT_ID" => typeof(int),
        "DATEADD" or "SYSDATETIMEOFFSET" => typeof(DateTimeOffset),
        "MIN" or "MAX" when IsOf(function, "type") || IsOf(function, "subscription") => typeof(string),
        "MIN" or "MAX" when IsOf(function, "occurred_at") => typeof(DateTimeOffset),
        _ => typeof(long),
    };

    private static bool IsOf(FunctionCall function, string column) =>
        function.Parameters is [ColumnReferenceExpression { MultiPartIdentifier.Identifiers: [.., var last] }] && last.Value == column;

    private static bool IsRole(ScalarSubquery query) => query.QueryExpression is QuerySpecification
    {
        SelectElements: [SelectScalarExpression { Expression: ColumnReferenceExpression { MultiPartIdentifier.Identifiers: [.., { Value: "role" }] } }],
    };

    private bool Exists(ExistsPredicate exists)
    {
        var query = (QuerySpecification)exists.Subquery.QueryExpression;
        var table = ((NamedTableReference)query.FromClause.TableReferences[0]).SchemaObject.BaseIdentifier.Value;
        return CountOf(table) > 0 && !_unmatched.Contains(table);
    }

    private object? ValueOf(TableColumn column, int row)
    {
        if (_each.TryGetValue((column.Table, column.Name), out var each))
            return each[row];
        if (_values.TryGetValue((column.Table, column.Name), out var value))
            return value;
        if (column.IsNullable)
            return null;
        return (column.Table, column.Name) switch
        {
            (var table, "id") when column.Type == typeof(Guid) => Id(table, row),
            ("task_labels", "task_id") => Id("tasks", row),
            ("task_counters", "project_id") => Id("projects", row),
            (_, "version" or "stream_version") => row + 1L,
            _ when column.Type == typeof(string) => "text",
            _ when column.Type == typeof(DateTimeOffset) => Time,
            _ when column.Type == typeof(byte[]) => new byte[] { 1 },
            _ => Activator.CreateInstance(column.Type),
        };
    }
}

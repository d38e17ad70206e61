using System.Globalization;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>A column that a statement created.</summary>
/// <param name="Table">The table that it is in.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">What the driver reads it as.</param>
/// <param name="Bytes">The most that it takes in the key of an index.</param>
/// <param name="IsNullable">Whether it may be null.</param>
internal sealed record TableColumn(string Table, string Name, Type Type, int Bytes, bool IsNullable);

/// <summary>An index, primary key or unique constraint that a statement created.</summary>
/// <param name="Table">The table that it is of.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsClustered">Whether the rows lie in its order.</param>
/// <param name="Columns">The columns of its key.</param>
/// <param name="FilterColumns">The columns that say which rows are in it.</param>
internal sealed record TableIndex(
    string Table, string Name, bool IsClustered, IReadOnlyList<string> Columns, IReadOnlyList<string> FilterColumns);

/// <summary>
/// The tables, columns, indexes and constraints that statements have made so far, and the few of the server's own that are used.
/// Each statement that changes them is applied in its turn, so what names something too early or too late is found.
/// </summary>
internal sealed class Catalogue
{
    private readonly Dictionary<string, List<TableColumn>> _tables = new(StringComparer.Ordinal)
    {
        ["sys.databases"] =
        [
            new("sys.databases", "name", typeof(string), 256, IsNullable: false),
            new("sys.databases", "is_read_committed_snapshot_on", typeof(bool), 1, IsNullable: true),
            new("sys.databases", "snapshot_isolation_state", typeof(byte), 1, IsNullable: true),
        ],
        ["sys.database_files"] = [new("sys.database_files", "size", typeof(int), 4, IsNullable: false)],
        ["sys.default_constraints"] =
        [
            new("sys.default_constraints", "name", typeof(string), 256, IsNullable: false),
            new("sys.default_constraints", "parent_object_id", typeof(int), 4, IsNullable: false),
            new("sys.default_constraints", "parent_column_id", typeof(int), 4, IsNullable: false),
        ],
        ["sys.columns"] =
        [
            new("sys.columns", "object_id", typeof(int), 4, IsNullable: false),
            new("sys.columns", "name", typeof(string), 256, IsNullable: true),
            new("sys.columns", "column_id", typeof(int), 4, IsNullable: false),
        ],
    };

    private readonly List<TableIndex> _indexes = [];
    private readonly List<(string Table, string Name, IReadOnlyList<string> Columns)> _foreignKeys = [];

    /// <summary>All columns but those of the server's own tables.</summary>
    public IEnumerable<TableColumn> Columns => _tables.Values.SelectMany(columns => columns)
        .Where(column => !column.Table.StartsWith("sys.", StringComparison.Ordinal));

    public IReadOnlyList<TableIndex> Indexes => _indexes;

    /// <summary>The columns of a table, or null if there is no such table.</summary>
    public IReadOnlyList<TableColumn>? Find(SchemaObjectName name) =>
        name.Identifiers.Count > 2 ? null : Find(NameOf(name));

    /// <summary>The columns of a table, or null if there is no such table.</summary>
    public IReadOnlyList<TableColumn>? Find(string name) => _tables.GetValueOrDefault(name);

    /// <summary>Does what a statement does to the schema.</summary>
    /// <returns>Why the server would refuse it; empty if it would not.</returns>
    public IReadOnlyList<string> Apply(TSqlStatement statement) => statement switch
    {
        CreateTableStatement create => Create(NameOf(create.SchemaObjectName), create.Definition),
        DropTableStatement drop => [.. drop.Objects.SelectMany(table => Drop(NameOf(table)))],
        AlterTableStatement { SchemaObjectName: var name } when Find(name) is null => [$"There is no table {NameOf(name)}."],
        AlterTableAddTableElementStatement add => Add(NameOf(add.SchemaObjectName), add.Definition),
        AlterTableAlterColumnStatement alter => Alter(NameOf(alter.SchemaObjectName), alter),
        AlterTableDropTableElementStatement drop => DropElements(NameOf(drop.SchemaObjectName), drop.AlterTableDropTableElements),
        CreateIndexStatement index => Add(new(
            NameOf(index.OnName), index.Name.Value, index.Clustered ?? false, [.. index.Columns.Select(NameOf)], ColumnsOf(index.FilterPredicate))),
        DropIndexStatement drop => [.. drop.DropIndexClauses.SelectMany(DropIndex)],
        _ => [$"{statement.GetType().Name} is not understood here."],
    };

    private static string NameOf(SchemaObjectName name) =>
        name.SchemaIdentifier is { Value: not "dbo" } schema ? $"{schema.Value}.{name.BaseIdentifier.Value}" : name.BaseIdentifier.Value;

    private static string NameOf(ColumnWithSortOrder column) => column.Column.MultiPartIdentifier.Identifiers[^1].Value;

    private static List<string> ColumnsOf(BooleanExpression? filter)
    {
        var finder = new ColumnFinder();
        filter?.Accept(finder);
        return finder.Found;
    }

    private List<string> Create(string table, TableDefinition definition) =>
        _tables.TryAdd(table, []) ? Add(table, definition) : [$"There is a table {table} already."];

    private List<string> Drop(string table)
    {
        if (!_tables.Remove(table))
            return [$"There is no table {table}."];
        _indexes.RemoveAll(index => index.Table == table);
        _foreignKeys.RemoveAll(key => key.Table == table);
        return [];
    }

    private List<string> Add(string table, TableDefinition definition)
    {
        var faults = new List<string>();
        foreach (var column in definition.ColumnDefinitions.Select(column => Column(table, column)))
        {
            if (_tables[table].Exists(other => other.Name == column.Name))
                faults.Add($"{table} has a column {column.Name} already.");
            _tables[table].Add(column);
        }

        foreach (var constraint in definition.TableConstraints)
        {
            switch (constraint)
            {
                case UniqueConstraintDefinition key:
                    faults.AddRange(Add(new(
                        table, key.ConstraintIdentifier.Value, key.Clustered ?? key.IsPrimaryKey, [.. key.Columns.Select(NameOf)], [])));
                    break;
                case ForeignKeyConstraintDefinition key:
                    _foreignKeys.Add((table, key.ConstraintIdentifier.Value, [.. key.Columns.Select(column => column.Value)]));
                    break;
                default:
                    faults.Add($"{constraint.GetType().Name} is not understood here.");
                    break;
            }
        }

        return faults;
    }

    private List<string> Add(TableIndex index)
    {
        if (_indexes.Exists(other => other.Table == index.Table && other.Name == index.Name))
            return [$"{index.Table} has an index {index.Name} already."];
        _indexes.Add(index);
        return [];
    }

    private List<string> Alter(string table, AlterTableAlterColumnStatement alter)
    {
        var name = alter.ColumnIdentifier.Value;
        var place = _tables[table].FindIndex(column => column.Name == name);
        if (place < 0)
            return [$"{table} has no column {name}."];
        var (type, bytes) = TypeOf((SqlDataTypeReference)alter.DataType);
        _tables[table][place] = new(table, name, type, bytes, alter.AlterTableAlterColumnOption != AlterTableAlterColumnOption.NotNull);
        return [];
    }

    private List<string> DropElements(string table, IEnumerable<AlterTableDropTableElement> elements)
    {
        var faults = new List<string>();
        // The keyword is said once for all elements that follow it.
        var kind = TableElementType.NotSpecified;
        foreach (var element in elements)
        {
            if (element.TableElementType != TableElementType.NotSpecified)
                kind = element.TableElementType;
            faults.AddRange(kind == TableElementType.Column ? DropColumn(table, element.Name.Value) : DropConstraint(table, element.Name.Value));
        }

        return faults;
    }

    private List<string> DropColumn(string table, string name)
    {
        if (Users(table, name) is { Count: > 0 } users)
            return users;
        return _tables[table].RemoveAll(column => column.Name == name) > 0 ? [] : [$"{table} has no column {name}."];
    }

    private List<string> DropConstraint(string table, string name) =>
        // The name of a default is looked up by the script.
        name.StartsWith('@')
        || _indexes.RemoveAll(index => index.Table == table && index.Name == name)
            + _foreignKeys.RemoveAll(key => key.Table == table && key.Name == name) > 0
            ? []
            : [$"{table} has no constraint {name}."];

    private List<string> DropIndex(DropIndexClauseBase clause)
    {
        if (clause is not DropIndexClause { Object: { } on, Index.Value: var name })
            return [$"{clause.GetType().Name} is not understood here."];
        return _indexes.RemoveAll(index => index.Table == NameOf(on) && index.Name == name) > 0 ? [] : [$"{NameOf(on)} has no index {name}."];
    }

    /// <summary>What stands in the way of dropping a column.</summary>
    private List<string> Users(string table, string column) =>
    [
        .. _indexes.Where(index => index.Table == table && index.Columns.Concat(index.FilterColumns).Contains(column)).Select(index => index.Name)
            .Concat(_foreignKeys.Where(key => key.Table == table && key.Columns.Contains(column)).Select(key => key.Name))
            .Select(user => $"{user} needs the column {column}."),
    ];

    private static TableColumn Column(string table, ColumnDefinition column)
    {
        var (type, bytes) = TypeOf((SqlDataTypeReference)column.DataType);
        var isNullable = !column.Constraints.OfType<NullableConstraintDefinition>().Any(constraint => !constraint.Nullable);
        return new(table, column.ColumnIdentifier.Value, type, bytes, isNullable);
    }

    private static (Type Type, int Bytes) TypeOf(SqlDataTypeReference type) => type.SqlDataTypeOption switch
    {
        SqlDataTypeOption.Bit => (typeof(bool), 1),
        SqlDataTypeOption.Int => (typeof(int), 4),
        SqlDataTypeOption.BigInt => (typeof(long), 8),
        SqlDataTypeOption.UniqueIdentifier => (typeof(Guid), 16),
        SqlDataTypeOption.DateTimeOffset => (typeof(DateTimeOffset), 10),
        SqlDataTypeOption.Date => (typeof(DateOnly), 3),
        SqlDataTypeOption.VarBinary => (typeof(byte[]), LengthOf(type)),
        SqlDataTypeOption.NVarChar => (typeof(string), LengthOf(type) is var length && length < int.MaxValue ? 2 * length : length),
        var other => throw new NotSupportedException($"Columns of type {other} are unknown here; say what they are read as."),
    };

    private static int LengthOf(SqlDataTypeReference type) =>
        type.Parameters[0] is MaxLiteral ? int.MaxValue : int.Parse(type.Parameters[0].Value, CultureInfo.InvariantCulture);

    private sealed class ColumnFinder : TSqlFragmentVisitor
    {
        public List<string> Found { get; } = [];

        public override void Visit(ColumnReferenceExpression node) => Found.Add(node.MultiPartIdentifier.Identifiers[^1].Value);
    }
}

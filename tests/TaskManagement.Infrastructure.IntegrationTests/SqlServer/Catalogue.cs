using System.Globalization;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>A column that the migrations create.</summary>
/// <param name="Table">The table that it is in.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">What the driver reads it as.</param>
/// <param name="Bytes">The most that it takes in the key of an index.</param>
/// <param name="IsNullable">Whether it may be null.</param>
internal sealed record TableColumn(string Table, string Name, Type Type, int Bytes, bool IsNullable);

/// <summary>An index or primary key that the migrations create.</summary>
internal sealed record TableIndex(string Table, string Name, bool IsClustered, IReadOnlyList<string> Columns);

/// <summary>The tables, columns and indexes that a script creates, and the few of the server's own that are used.</summary>
internal sealed class Catalogue
{
    private readonly Dictionary<string, IReadOnlyList<TableColumn>> _tables = new(StringComparer.Ordinal)
    {
        ["sys.databases"] =
        [
            new("sys.databases", "name", typeof(string), 256, IsNullable: false),
            new("sys.databases", "is_read_committed_snapshot_on", typeof(bool), 1, IsNullable: true),
        ],
    };

    private readonly List<TableIndex> _indexes = [];

    public IReadOnlyList<TableIndex> Indexes => _indexes;

    public static Catalogue Of(TSqlFragment script)
    {
        var catalogue = new Catalogue();
        script.Accept(new Builder(catalogue));
        return catalogue;
    }

    /// <summary>The columns of a table, or null if the script does not create it.</summary>
    public IReadOnlyList<TableColumn>? Find(SchemaObjectName name) =>
        name.Identifiers.Count > 2 ? null : _tables.GetValueOrDefault(NameOf(name));

    /// <summary>The columns of a table, or null if the script does not create it.</summary>
    public IReadOnlyList<TableColumn>? Find(string name) => _tables.GetValueOrDefault(name);

    private static string NameOf(SchemaObjectName name) =>
        name.SchemaIdentifier is { Value: not "dbo" } schema ? $"{schema.Value}.{name.BaseIdentifier.Value}" : name.BaseIdentifier.Value;

    private sealed class Builder(Catalogue catalogue) : TSqlFragmentVisitor
    {
        public override void Visit(CreateTableStatement node)
        {
            var table = NameOf(node.SchemaObjectName);
            catalogue._tables.Add(table, [.. node.Definition.ColumnDefinitions.Select(column => Column(table, column))]);
            foreach (var key in node.Definition.TableConstraints.OfType<UniqueConstraintDefinition>())
            {
                catalogue._indexes.Add(new(
                    table, key.ConstraintIdentifier.Value, key.Clustered ?? key.IsPrimaryKey, [.. key.Columns.Select(NameOf)]));
            }
        }

        public override void Visit(CreateIndexStatement node) =>
            catalogue._indexes.Add(new(NameOf(node.OnName), node.Name.Value, node.Clustered ?? false, [.. node.Columns.Select(NameOf)]));

        private static string NameOf(ColumnWithSortOrder column) => column.Column.MultiPartIdentifier.Identifiers[^1].Value;

        private static string NameOf(SchemaObjectName name) => Catalogue.NameOf(name);

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
            SqlDataTypeOption.VarBinary => (typeof(byte[]), LengthOf(type)),
            SqlDataTypeOption.NVarChar => (typeof(string), LengthOf(type) is var length && length < int.MaxValue ? 2 * length : length),
            var other => throw new NotSupportedException($"Columns of type {other} are unknown here; say what they are read as."),
        };

        private static int LengthOf(SqlDataTypeReference type) =>
            type.Parameters[0] is MaxLiteral ? int.MaxValue : int.Parse(type.Parameters[0].Value, CultureInfo.InvariantCulture);
    }
}

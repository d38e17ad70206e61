using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What can be known of the migrations for SQL Server without one.</summary>
public sealed class SqlServerMigrationTests
{
    // https://learn.microsoft.com/sql/sql-server/maximum-capacity-specifications-for-sql-server
    private const int MostBytesOfClusteredKey = 900;
    private const int MostBytesOfOtherKey = 1700;

    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public void The_script_parses_and_each_statement_names_only_what_those_before_it_left(bool isIdempotent) =>
        Assert.Empty(new StatementChecker(new()).Check(Script(isIdempotent)).Faults);

    [Theory]
    [MemberData(nameof(Both))]
    public void The_script_makes_what_the_model_says(bool isIdempotent)
    {
        var made = new Catalogue();
        new StatementChecker(made).Check(Script(isIdempotent));

        var tables = SqlServerSchema.Model.Tables.ToList();
        Assert.Equal(
            tables.SelectMany(table => table.Columns).Select(column => (column.Table.Name, column.Name, column.IsNullable)).Order(),
            made.Columns.Where(column => column.Table != "__EFMigrationsHistory").Select(column => (column.Table, column.Name, column.IsNullable)).Order());
        Assert.Equal(
            tables.SelectMany(table => table.Indexes).Select(index => $"{index.Name}: {string.Join(' ', index.Columns.Select(column => column.Name))}{(index.Filter is null ? "" : " where …")}")
                .Concat(tables.SelectMany(table => table.UniqueConstraints).Select(key => $"{key.Name}: {string.Join(' ', key.Columns.Select(column => column.Name))}"))
                .Order(StringComparer.Ordinal),
            made.Indexes.Where(index => index.Table != "__EFMigrationsHistory")
                .Select(index => $"{index.Name}: {string.Join(' ', index.Columns)}{(index.FilterColumns.Count == 0 ? "" : " where …")}")
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void The_script_switches_read_committed_snapshot_on(bool isIdempotent)
    {
        var script = Script(isIdempotent);

        Assert.Contains("AlterDatabaseSet", new StatementChecker(new()).Check(script).Statements);
        Assert.Contains("ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON", script, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void The_script_allows_snapshots(bool isIdempotent) =>
        Assert.Contains("ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON", Script(isIdempotent), StringComparison.Ordinal);

    [Fact]
    public void The_keys_of_all_indexes_fit_their_limits()
    {
        var catalogue = SqlServerSchema.Catalogue;

        Assert.NotEmpty(catalogue.Indexes);
        Assert.All(catalogue.Indexes, index =>
        {
            var columns = catalogue.Find(index.Table)!.Where(column => index.Columns.Contains(column.Name));
            Assert.InRange(columns.Sum(column => (long)column.Bytes), 1, index.IsClustered ? MostBytesOfClusteredKey : MostBytesOfOtherKey);
        });
    }

    /// <summary>In the words of Entity Framework, whatever future migrations bring.</summary>
    [Fact]
    public void What_later_migrations_add_alter_and_drop_is_followed()
    {
        var catalogue = new Catalogue();
        var checker = new StatementChecker(catalogue);
        checker.Check("CREATE TABLE a (id int NOT NULL, CONSTRAINT pk_a PRIMARY KEY (id)); CREATE TABLE b (id int NOT NULL);");

        var faults = SqlServerSchema.StatementsFor(
            new AddColumnOperation { Table = "b", Name = "a_id", ClrType = typeof(int), ColumnType = "int", IsNullable = true },
            new AddColumnOperation { Table = "b", Name = "note", ClrType = typeof(string), ColumnType = "nvarchar(10)", DefaultValue = "" },
            new AddForeignKeyOperation { Table = "b", Name = "fk_b_a", Columns = ["a_id"], PrincipalTable = "a", PrincipalColumns = ["id"] },
            new CreateIndexOperation { Table = "b", Name = "ix_b_a_id", Columns = ["a_id"], Filter = "note IS NOT NULL" },
            new AlterColumnOperation
            {
                Table = "b",
                Name = "note",
                ClrType = typeof(string),
                ColumnType = "nvarchar(20)",
                IsNullable = true,
                OldColumn = new AddColumnOperation { Table = "b", Name = "note", ClrType = typeof(string), ColumnType = "nvarchar(10)", DefaultValue = "" },
            },
            new DropForeignKeyOperation { Table = "b", Name = "fk_b_a" },
            new DropIndexOperation { Table = "b", Name = "ix_b_a_id" },
            new DropColumnOperation { Table = "b", Name = "a_id" },
            new DropPrimaryKeyOperation { Table = "a", Name = "pk_a" },
            new DropTableOperation { Name = "a" }).SelectMany(text => checker.Check(text).Faults);

        Assert.Empty(faults);
        Assert.Equal(
            [new("b", "id", typeof(int), 4, IsNullable: false), new TableColumn("b", "note", typeof(string), 40, IsNullable: true)],
            catalogue.Columns);
        Assert.Empty(catalogue.Indexes);
    }

    private static string Script(bool isIdempotent) => isIdempotent ? SqlServerSchema.IdempotentScript : SqlServerSchema.Script;
}

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
    public void The_script_parses_and_names_only_what_it_creates(bool isIdempotent)
    {
        var check = new StatementChecker(SqlServerSchema.Catalogue).Check(Script(isIdempotent));

        Assert.Empty(check.Faults);
        Assert.Equal(8, check.Statements.Count(statement => statement == "CreateTable"));
        Assert.Equal(16, check.Statements.Count(statement => statement == "CreateIndex"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void The_script_switches_read_committed_snapshot_on(bool isIdempotent)
    {
        var script = Script(isIdempotent);

        Assert.Contains("AlterDatabaseSet", new StatementChecker(SqlServerSchema.Catalogue).Check(script).Statements);
        Assert.Contains("ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON", script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_of_all_indexes_fit_their_limits()
    {
        var catalogue = SqlServerSchema.Catalogue;

        Assert.Equal(24, catalogue.Indexes.Count);
        Assert.All(catalogue.Indexes, index =>
        {
            var columns = catalogue.Find(index.Table)!.Where(column => index.Columns.Contains(column.Name));
            Assert.InRange(columns.Sum(column => (long)column.Bytes), 1, index.IsClustered ? MostBytesOfClusteredKey : MostBytesOfOtherKey);
        });
    }

    private static string Script(bool isIdempotent) => isIdempotent ? SqlServerSchema.IdempotentScript : SqlServerSchema.Script;
}

using Microsoft.EntityFrameworkCore;
using Npgsql;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.IntegrationTests.Persistence;

public sealed class PostgreSqlConnections
{
    [Theory]
    [InlineData("Host=db", 100, true)]
    [InlineData("Host=db;Max Auto Prepare=0;No Reset On Close=false", 0, false)]
    [InlineData("Host=db;MaxAutoPrepare=7", 7, true)]
    public void What_saves_work_is_switched_on_unless_the_connection_string_says_otherwise(string configured, int prepared, bool keepsState)
    {
        var builder = new DbContextOptionsBuilder<PostgreSqlDbContext>();
        DatabaseProvider.For(new() { Provider = DatabaseKind.PostgreSql, ConnectionString = configured }).Configure(builder);
        using var db = new PostgreSqlDbContext(builder.Options);

        var used = new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString());

        Assert.Equal((prepared, keepsState, "db"), (used.MaxAutoPrepare, used.NoResetOnClose, used.Host));
    }
}

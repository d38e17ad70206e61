using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace TaskManagement.Infrastructure.Persistence.Providers;

/// <summary>Make contexts for <c>dotnet ef</c>, which needs the model and no database.</summary>
internal static class DesignTime
{
    public static DbContextOptions<TContext> Options<TContext>(DatabaseKind kind)
        where TContext : DbContext
    {
        var builder = new DbContextOptionsBuilder<TContext>();
        DatabaseProvider.For(new() { Provider = kind, ConnectionString = kind == DatabaseKind.Sqlite ? "Data Source=:memory:" : "Server=localhost" })
            .Configure(builder);
        return builder.Options;
    }
}

internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteDbContext>
{
    public SqliteDbContext CreateDbContext(string[] args) => new(DesignTime.Options<SqliteDbContext>(DatabaseKind.Sqlite));
}

internal sealed class PostgreSqlDesignTimeFactory : IDesignTimeDbContextFactory<PostgreSqlDbContext>
{
    public PostgreSqlDbContext CreateDbContext(string[] args) => new(DesignTime.Options<PostgreSqlDbContext>(DatabaseKind.PostgreSql));
}

internal sealed class SqlServerDesignTimeFactory : IDesignTimeDbContextFactory<SqlServerDbContext>
{
    public SqlServerDbContext CreateDbContext(string[] args) => new(DesignTime.Options<SqlServerDbContext>(DatabaseKind.SqlServer));
}

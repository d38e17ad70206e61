using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What the migrations for SQL Server make.</summary>
internal static class SqlServerSchema
{
    /// <summary>The names of all migrations, oldest first.</summary>
    public static IReadOnlyList<string> Migrations { get; } = With(db => db.Database.GetMigrations().ToList());

    /// <summary>The migrations as one script for an empty database.</summary>
    public static string Script { get; } = With(db => db.GetService<IMigrator>().GenerateScript());

    /// <summary>The migrations as one script that leaves out what a database has already.</summary>
    public static string IdempotentScript { get; } =
        With(db => db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent));

    /// <summary>What the script creates.</summary>
    public static Catalogue Catalogue { get; } = SqlServer.Catalogue.Of(StatementChecker.Parse(Script, out _));

    private static T With<T>(Func<SqlServerDbContext, T> read)
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);
        return read(db);
    }
}

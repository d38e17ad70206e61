using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
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

    /// <summary>What the migrations are to make.</summary>
    public static IRelationalModel Model { get; } = With(db => db.GetService<IDesignTimeModel>().Model.GetRelationalModel());

    /// <summary>What the script makes of an empty database.</summary>
    public static Catalogue Catalogue
    {
        get
        {
            var catalogue = new Catalogue();
            new StatementChecker(catalogue).Check(Script);
            return catalogue;
        }
    }

    /// <summary>What the provider makes of operations of a migration.</summary>
    public static IReadOnlyList<string> StatementsFor(params MigrationOperation[] operations) =>
        With(db => db.GetService<IMigrationsSqlGenerator>().Generate(operations).Select(command => command.CommandText).ToList());

    private static T With<T>(Func<SqlServerDbContext, T> read)
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);
        return read(db);
    }
}

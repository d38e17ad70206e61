using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Changes tables behind the service's back.</summary>
internal static class Tampering
{
    private const string Forged = "2001-01-01";

    /// <summary>A value of a column's type that it does not have; as SQL.</summary>
    public static string Other(IProperty column, DatabaseKind database) => column.GetColumnName() switch
    {
        "status" => "'cancelled'",
        "role" => "'viewer'",
        "priority" => "1",
        "key" => "'FORGED'",
        "due" => $"'{Forged}'",
        "project_id" when column.IsForeignKey() => "(SELECT id FROM projects WHERE \"key\" = 'DEV')",
        _ => OtherOf(Nullable.GetUnderlyingType(column.ClrType) ?? column.ClrType, database),
    };

    /// <summary>Sends a text as it is.</summary>
    public static Task ExecuteAsync(this TestHost host, string sql) => OnConnectionAsync(host, async connection =>
    {
        await TellAsync(connection, sql);
    });

    /// <summary>Gives a column of one row another value, looks, and gives it back what it had.</summary>
    public static Task WhileTamperedAsync(this TestHost host, IProperty column, string where, string value, Func<Task> look) => OnConnectionAsync(host, async connection =>
    {
        var (table, name) = (column.DeclaringType.GetTableName(), column.GetColumnName());
        var kept = await AskAsync(connection, $"SELECT \"{name}\" FROM {table} WHERE {where}");
        Assert.Equal((table, name, 1), (table, name, await TellAsync(connection, $"UPDATE {table} SET \"{name}\" = {value} WHERE {where}")));
        await look();
        // A row whose key was changed is found by the key it has now.
        var now = column.IsPrimaryKey() ? $"\"{name}\" = {value}" : where;
        Assert.Equal((table, name, 1), (table, name, await TellAsync(connection, $"UPDATE {table} SET \"{name}\" = @kept WHERE {now}", kept)));
    });

    private static Task OnConnectionAsync(TestHost host, Func<DbConnection, Task> work) => host.InScopeAsync(async services =>
    {
        var db = services.GetRequiredService<TaskManagementDbContext>();
        await db.Database.OpenConnectionAsync();
        await work(db.Database.GetDbConnection());
    });

    private static string OtherOf(Type type, DatabaseKind database) => type switch
    {
        _ when type == typeof(DateTimeOffset) => database == DatabaseKind.Sqlite ? "4711" : $"'{Forged}T00:00:00Z'",
        _ when type == typeof(DateOnly) => $"'{Forged}'",
        _ when type == typeof(long) => "4711",
        _ when IsId(type) => "'00000000-0000-7000-8000-00000000F0F0'",
        _ => "'forged'",
    };

    private static bool IsId(Type type) => type == typeof(Guid) || type.GetInterfaces().Any(contract => contract.Name.StartsWith("IEntityId", StringComparison.Ordinal));

    private static async Task<object> AskAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("There is no such row.");
    }

    private static async Task<int> TellAsync(DbConnection connection, string sql, object? kept = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (kept is not null)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("kept", kept);
            command.Parameters.Add(parameter);
        }

        return await command.ExecuteNonQueryAsync();
    }
}

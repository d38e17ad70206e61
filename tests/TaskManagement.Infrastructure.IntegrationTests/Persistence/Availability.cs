using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TaskManagement.Application.Common;
using TaskManagement.Application.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Persistence;

public sealed class SqliteFile() : DatabaseTest(DatabaseKind.Sqlite)
{
    [Theory]
    [InlineData("synchronous", "2")]
    [InlineData("journal_mode", "wal")]
    [InlineData("foreign_keys", "1")]
    public async Task Connections_are_set_up_to_lose_nothing(string pragma, string expected)
    {
        await using var host = await StartAsync();

        var actual = await host.ReadAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        });

        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task After_many_contexts_were_in_use_at_once_few_connections_stay_open()
    {
        await using var host = await StartAsync();
        var provider = (SqliteProvider)host.Services.GetRequiredService<DatabaseProvider>();
        const int many = 200;
        var ready = new CountdownEvent(many);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var uses = Enumerable.Range(0, many).Select(_ => host.ReadAsync(async db =>
        {
            await db.Tasks.CountAsync();
            if (ready.Signal())
                all.SetResult();
            await all.Task;
            return provider.Connections;
        })).ToList();

        Assert.InRange((await Task.WhenAll(uses)).Max(), many, int.MaxValue);
        Assert.InRange(provider.Connections, 1, 70);
    }

    [Fact]
    public async Task While_another_process_holds_the_write_lock_commands_find_the_database_unavailable_and_queries_do_not_wait()
    {
        await using var host = await StartAsync();
        var id = await host.CreateTaskAsync();
        await using var impatient = await StartOnSameFileAsync(host, "Default Timeout=1");
        await using var other = new SqliteConnection(host.ConnectionString);
        await other.OpenAsync();
        await using (var held = other.BeginTransaction(deferred: false))
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => impatient.SendAsync(new CreateTask("Locked out")));

            Assert.True(impatient.Services.GetRequiredService<IDatabaseFaults>().IsUnavailable(error), error.ToString());
            Assert.Equal("Task", (await impatient.SendAsync(new GetTask(id))).Title);
        }

        Assert.Equal("Let in", (await impatient.SendAsync(new CreateTask("Let in"))).Title);
    }

    private static Task<TestHost> StartOnSameFileAsync(TestHost host, string more) =>
        TestHost.StartAsync(
            DatabaseKind.Sqlite, settings: new(StringComparer.Ordinal) { ["Database:ConnectionString"] = $"{host.ConnectionString};{more}" });
}

public sealed class PostgreSqlMigrations() : DatabaseTest(DatabaseKind.PostgreSql)
{
    [Fact]
    public async Task Several_nodes_that_start_at_once_make_one_database()
    {
        const int Nodes = 4;
        await using var first = await StartAsync();
        var fresh = new NpgsqlConnectionStringBuilder(first.ConnectionString) { Database = $"tm_test_{Guid.CreateVersion7():N}" };
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Database:ConnectionString"] = fresh.ConnectionString };
        var nodes = await Task.WhenAll(Enumerable.Range(0, Nodes).Select(_ => StartAsync(settings: settings)));
        try
        {
            await Task.WhenAll(nodes.Select(node => Task.Run(() => DatabaseStartup.MigrateAsync(node.Services, CancellationToken.None))));

            await nodes[0].CreateTaskAsync();
            Assert.Equal(1, await nodes[^1].ReadAsync(db => db.Tasks.CountAsync()));
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(first.ConnectionString) { Database = "postgres" }.ConnectionString);
            await connection.OpenAsync();
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS {fresh.Database} WITH (FORCE)", connection);
            await drop.ExecuteNonQueryAsync();
        }
    }
}

public sealed class PostgreSqlOutage() : DatabaseTest(DatabaseKind.PostgreSql)
{
    [Fact]
    public async Task A_server_that_is_gone_makes_the_database_unavailable()
    {
        await using var there = await StartAsync();
        // Port 1 is reserved and no one listens there.
        var elsewhere = new NpgsqlConnectionStringBuilder(there.ConnectionString) { Port = 1 }.ConnectionString;
        await using var host = await StartAsync(settings: new(StringComparer.Ordinal) { ["Database:ConnectionString"] = elsewhere });

        var ofCommand = await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(new CreateTask("Lost")));
        var ofQuery = await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(new ListTasks()));

        var faults = host.Services.GetRequiredService<IDatabaseFaults>();
        Assert.True(faults.IsUnavailable(ofCommand), ofCommand.ToString());
        Assert.True(faults.IsUnavailable(ofQuery), ofQuery.ToString());
    }

    [Fact]
    public async Task A_connection_that_the_server_ends_is_replaced()
    {
        await using var host = await StartAsync();
        await host.CreateTaskAsync();
        await using (var other = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Database = "postgres" }.ConnectionString))
        {
            await other.OpenAsync();
            await using var end = other.CreateCommand();
            end.CommandText = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
            end.Parameters.Add(new() { Value = new NpgsqlConnectionStringBuilder(host.ConnectionString).Database! });
            await end.ExecuteNonQueryAsync();
        }

        await host.CreateTaskAsync();

        Assert.Equal(2, await host.ReadAsync(db => db.Tasks.CountAsync()));
        await host.AssertLogIsCompleteAsync();
    }
}

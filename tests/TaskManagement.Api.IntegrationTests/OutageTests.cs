using System.Net;
using Microsoft.Data.Sqlite;
using Npgsql;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

public sealed class OutageTests
{
    [Fact]
    public async Task Sqlite_locked_by_another_process_is_unavailable_and_then_works_again()
    {
        await using var host = await ApiHost.StartAsync(connection: "Default Timeout=1");
        await host.Client.CreateTaskAsync("Before");
        await using (var other = new SqliteConnection(host.ConnectionString + ";Pooling=False"))
        {
            await other.OpenAsync();
            await ExecuteAsync(other, "BEGIN IMMEDIATE");

            await ShouldBeUnavailableAsync(host.Client.PostJsonAsync(TasksUrl, """{"title":"During"}"""));
            await host.Client.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);

            await ExecuteAsync(other, "ROLLBACK");
        }

        await host.Client.CreateTaskAsync("After");
        var titles = (await host.Client.GetAsync($"{TasksUrl}?sort=created").ShouldBeAsync(HttpStatusCode.OK)).Items().Select(task => task.Text("title"));
        Assert.Equal(["Before", "After"], titles);
    }

    [Fact]
    public async Task PostgreSql_that_vanishes_is_unavailable_and_then_works_again()
    {
        await using var host = await ApiHost.StartAsync(DatabaseKind.PostgreSql);
        await host.Client.CreateTaskAsync("Before");
        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString);
        var name = settings.Database!;
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Database = "postgres", Pooling = false });

        await ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'; ALTER DATABASE {name} RENAME TO {name}_away");
        try
        {
            await ShouldBeUnavailableAsync(host.Client.PostJsonAsync(TasksUrl, """{"title":"During"}"""));
            await ShouldBeUnavailableAsync(host.Client.GetAsync(TasksUrl));
            using var ready = await host.Client.GetAsync("/health/ready");
            using var live = await host.Client.GetAsync("/health/live");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }
        finally
        {
            await ExecuteAsync($"ALTER DATABASE {name}_away RENAME TO {name}");
        }

        await host.Client.CreateTaskAsync("After");
        var titles = (await host.Client.GetAsync($"{TasksUrl}?sort=created").ShouldBeAsync(HttpStatusCode.OK)).Items().Select(task => task.Text("title"));
        Assert.Equal(["Before", "After"], titles);

        async Task ExecuteAsync(string sql)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    foreach (var statement in sql.Split("; "))
                    {
                        await using var command = server.CreateCommand(statement);
                        await command.ExecuteNonQueryAsync();
                    }

                    return;
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ObjectInUse && attempt < 1000)
                {
                    // The service has come back between the two statements.
                }
            }
        }
    }

    private static async Task ShouldBeUnavailableAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("database.unavailable", (await response.JsonAsync()).Text("code"));
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}

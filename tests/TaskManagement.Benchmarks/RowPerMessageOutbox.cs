using System.Diagnostics;
using Npgsql;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport.Databases;

namespace TaskManagement.Benchmarks;

/// <summary>
/// Two references for delivery after commit: outboxes that keep a row for each message, as CAP and MassTransit's EF outbox do, in the same
/// statements per message, but without the libraries around them: plain ADO.NET, prepared, eight at a time, no broker and no serialisation.
/// So they are faster than what they stand for, whose packages the registry lacks.
/// </summary>
internal static class RowPerMessageOutbox
{
    private const int Consumers = 8;

    public static async Task MeasureAsync(int messages)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 20 });
        await ExecuteAsync(source,
            """
            CREATE TABLE published (id bigint PRIMARY KEY, content text NOT NULL, retries int NOT NULL, status text NOT NULL, expires_at timestamptz NULL);
            CREATE TABLE received (id bigint PRIMARY KEY, content text NOT NULL, retries int NOT NULL, status text NOT NULL, expires_at timestamptz NULL);
            CREATE TABLE outbox (sequence bigint PRIMARY KEY, content text NOT NULL);
            CREATE TABLE inbox (message_id uuid PRIMARY KEY, consumer uuid NOT NULL, received timestamptz NOT NULL, count int NOT NULL, consumed timestamptz NULL, delivered timestamptz NULL)
            """);
        await ExecuteAsync(source, $"INSERT INTO published SELECT n, 'A task of the usual length', 0, 'Scheduled', NULL FROM generate_series(1, {messages}) n");
        await ExecuteAsync(source, $"INSERT INTO outbox SELECT n, 'A task of the usual length' FROM generate_series(1, {messages}) n");

        await RunAsync("reference: a state per message and receiver", messages, async (connection, message) =>
        {
            await ExecuteAsync(connection, "INSERT INTO received SELECT id, content, 0, 'Scheduled', NULL FROM published WHERE id = $1", message);
            await ExecuteAsync(connection, "UPDATE received SET status = 'Succeeded', expires_at = now() + interval '1 day' WHERE id = $1", message);
            await ExecuteAsync(connection, "UPDATE published SET status = 'Succeeded', expires_at = now() + interval '1 day' WHERE id = $1", message);
        }, source);
        await RunAsync("reference: an outbox row deleted, an inbox row in the consumer's transaction", messages, async (connection, message) =>
        {
            await ExecuteAsync(connection, "DELETE FROM outbox WHERE sequence = $1", message);
            await using var transaction = await connection.BeginTransactionAsync();
            await ExecuteAsync(connection, "INSERT INTO inbox SELECT md5($1::text)::uuid, md5('consumer')::uuid, now(), 1, NULL, NULL", message);
            await ExecuteAsync(connection, "SELECT * FROM inbox WHERE message_id = md5($1::text)::uuid FOR UPDATE", message);
            await ExecuteAsync(connection, "UPDATE inbox SET consumed = now(), delivered = now() WHERE message_id = md5($1::text)::uuid", message);
            await transaction.CommitAsync();
        }, source);
    }

    private static async Task RunAsync(string name, int messages, Func<NpgsqlConnection, long, Task> deliver, NpgsqlDataSource source)
    {
        long next = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Consumers).Select(_ => Task.Run(async () =>
        {
            await using var connection = await source.OpenConnectionAsync();
            while (Interlocked.Increment(ref next) is var message && message <= messages)
                await deliver(connection, message);
        })));
        Console.WriteLine($"| {name} | {messages / watch.Elapsed.TotalSeconds:N0} |");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, long message)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = message } } };
        await command.ExecuteNonQueryAsync();
    }
}

using System.Data.Common;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks.Load;

/// <summary>
/// Fills a database with tasks in progress that have five events each. The service makes the first one through its own door; all others are
/// copies of its rows, so that they are what the service expects to find, whatever it is that it expects.
/// </summary>
/// <param name="Ids">The tasks, at random.</param>
/// <param name="Head">The last position of the log.</param>
internal sealed record FilledTasks(Guid[] Ids, long Head)
{
    private const int EventsOfTask = 5;
    private const int Batch = 20_000;
    private const long MillisecondsOfMonth = 30L * 24 * 60 * 60 * 1000;

    // What the rows of one task are called, and the column that holds its id.
    private static readonly (string Table, string Key)[] Tables = [("tasks", "id"), ("event_log", "stream_id"), ("analytics_tasks", "id")];

    public static async Task<FilledTasks> FillAsync(LoadDatabase database, int tasks)
    {
        Guid sample;
        await using (var product = await LoadServer.StartAsync(LoadServer.Product, database, database.ConnectionString))
        {
            sample = await MakeSampleAsync(product, database);
            await product.StopAsync();
        }

        await using var connection = database.Connect(database.ConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, database.BeforeFilling);
        foreach (var (table, key) in Tables)
            await ExecuteAsync(connection, $"CREATE TEMP TABLE sample_{table} AS SELECT * FROM {table} WHERE {key} = '{sample.ToString().ToUpperInvariant()}'");
        // Made once at the end, an index costs a tenth of what it costs row by row.
        var indexes = new List<(string Name, string Sql)>();
        foreach (var (table, _) in Tables)
            indexes.AddRange(await ReadAsync(connection, database.IndexesOf(table), row => (row.GetString(0), row.GetString(1))));
        foreach (var (name, _) in indexes)
            await ExecuteAsync(connection, $"DROP INDEX {name}");
        await CopySampleAsync(database, connection, tasks);
        foreach (var (_, sql) in indexes)
            await ExecuteAsync(connection, sql);

        // Else the service would spend the time of the benchmark with handlers of the past.
        await ExecuteAsync(connection, "UPDATE event_cursors SET position = (SELECT MAX(position) FROM event_log)");
        await ExecuteAsync(connection, database.AfterFilling);
        var ids = (await ReadAsync(connection, "SELECT id FROM tasks", row => row.GetGuid(0))).ToArray();
        new Random(1).Shuffle(ids);
        return new(ids, (await ReadAsync(connection, "SELECT MAX(position) FROM event_log", row => row.GetInt64(0)))[0]);
    }

    /// <summary>Puts tasks that were completed back to where they can be completed again.</summary>
    public static async Task ReopenAsync(LoadDatabase database, string connectionString)
    {
        await using var connection = database.Connect(connectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, "UPDATE tasks SET status = 'in_progress', completed_at = NULL WHERE status = 'completed'");
    }

    private static async Task<Guid> MakeSampleAsync(LoadServer product, LoadDatabase database)
    {
        var client = product.Client;
        var created = await CallAsync(HttpMethod.Post, "", new
        {
            title = "A task of the usual length",
            description = "What a task says about itself: what is to be done, for whom, and how to see that it is done; a few lines as they are usual.",
        });
        var id = created.GetProperty("id").GetGuid();
        await CallAsync(HttpMethod.Post, $"/{id}/start", new { });
        await CallAsync(HttpMethod.Patch, $"/{id}", new { title = "A task of a usual length" });
        await CallAsync(HttpMethod.Patch, $"/{id}", new { priority = "low" });
        var last = await CallAsync(HttpMethod.Patch, $"/{id}", new { title = "A task of the usual length" });
        if (last.GetProperty("version").GetInt32() != EventsOfTask)
            throw new InvalidOperationException($"The sample has other than {EventsOfTask} events: {last}");

        await using var connection = database.Connect(database.ConnectionString);
        await connection.OpenAsync();
        // What handlers make of it is copied as well.
        await Eventually.IsTrueAsync("the sample is counted", async () => (await ReadAsync(connection, "SELECT id FROM analytics_tasks", row => row.GetGuid(0))).Contains(id));
        return id;

        async Task<JsonElement> CallAsync(HttpMethod method, string path, object body)
        {
            using var request = new HttpRequestMessage(method, new Uri("/api/v1/tasks" + path, UriKind.Relative)) { Content = JsonContent.Create(body) };
            using var answer = await client.SendAsync(request);
            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadFromJsonAsync<JsonElement>()
                : throw new LoadFailedException($"{request}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static async Task CopySampleAsync(LoadDatabase database, DbConnection connection, int tasks)
    {
        var step = Math.Max(EventsOfTask, MillisecondsOfMonth / tasks);
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - MillisecondsOfMonth - (tasks * step);
        var head = (await ReadAsync(connection, "SELECT MAX(position) FROM event_log", row => row.GetInt64(0)))[0];
        var statements = new List<string>();
        foreach (var (table, _) in Tables)
        {
            var columns = await ReadAsync(connection, database.ColumnsOf(table), row => row.GetString(0));
            var values = columns.Select(column => Value(database, table, column, head));
            statements.Add($"""
                WITH RECURSIVE n(i) AS (SELECT @from UNION ALL SELECT i + 1 FROM n WHERE i < @to),
                at(i, ms, due) AS (SELECT i, @start + i * @step, (@start / 86400000 + 60 + i * 7919 % 365) * 86400000 + 86399000 FROM n),
                t AS (SELECT i, ms, due, {IdOf(database, "ms", "i")} AS id FROM at)
                INSERT INTO {table} ({string.Join(", ", columns)})
                SELECT {string.Join(", ", values)} FROM t CROSS JOIN sample_{table} s ORDER BY t.i{(table == "event_log" ? ", s.stream_version" : "")}
                """);
        }

        for (var from = 1L; from <= tasks; from += Batch)
        {
            foreach (var statement in statements)
            {
                await ExecuteAsync(
                    connection, statement, ("from", from), ("to", Math.Min(from + Batch - 1, tasks)), ("start", start), ("step", step));
            }
        }
    }

    /// <summary>What a copy has in a column: what the sample has, but for what tells rows apart or is to differ.</summary>
    private static string Value(LoadDatabase database, string table, string column, long head) => (table, column) switch
    {
        ("tasks" or "analytics_tasks", "id") => "t.id",
        ("tasks", "title") => "'Task ' || t.i || ' of the usual length'",
        ("tasks", "priority") => "t.i % 5",
        ("tasks", "due") => $"CASE t.i % 3 WHEN 0 THEN NULL ELSE {database.Date("t.due")} END",
        ("tasks", "due_at") => $"CASE t.i % 3 WHEN 0 THEN NULL ELSE {database.Time("t.due")} END",
        ("tasks", "due_order") => $"CASE t.i % 3 WHEN 0 THEN s.due_order ELSE {database.Time("t.due")} END",
        ("tasks", "created_at") or ("analytics_tasks", "opened_at") => database.Time("t.ms"),
        ("tasks", "updated_at") => database.Time("t.ms + t.i * 7919 % 86400000"),
        ("event_log", "stream_id") => "t.id",
        ("event_log", "event_id") => IdOf(database, "t.ms + s.stream_version", "t.i * 5 + s.stream_version"),
        ("event_log", "payload") => $"replace(s.payload, {database.Text("s.stream_id")}, {database.Text("t.id")})",
        ("event_log", "occurred_at") => database.Time("t.ms + s.stream_version"),
        ("event_log", "position") => string.Create(CultureInfo.InvariantCulture, $"{head} + (t.i - 1) * {EventsOfTask} + s.stream_version"),
        _ => $"s.{column}",
    };

    /// <summary>A version 7 UUID: the time, and a number that looks like one at random and is the same each time.</summary>
    private static string IdOf(LoadDatabase database, string milliseconds, string number) => database.Id(string.Join(" || '-' || ",
        database.Hex($"({milliseconds}) >> 16", 8),
        database.Hex($"({milliseconds}) & 65535", 4),
        $"'7' || {database.Hex($"({number}) % 4096", 3)}",
        $"'8' || {database.Hex($"({number}) / 4096 % 4096", 3)}",
        database.Hex($"({number}) * 2654435761 % 281474976710656", 12)));

    private static async Task ExecuteAsync(DbConnection connection, string sql, params (string Name, long Value)[] parameters)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<T>> ReadAsync<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }
}

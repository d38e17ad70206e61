using System.Data.Common;
using System.Globalization;
using System.Threading.Channels;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Benchmarks.Load;

/// <summary>The statements of the floor, on connections that keep them prepared.</summary>
internal abstract class FloorDatabase : IAsyncDisposable
{
    protected const string InsertedColumns = "id, title, description, status, priority, due_order, version, created_at, created_by, updated_at, updated_by";
    protected const string EventColumns =
        "event_id, stream_type, stream_id, stream_version, type, type_version, payload, actor, correlation_id, causation_id, causation_depth, occurred_at, address, trace_parent";

    /// <summary>What the service notes of a request.</summary>
    protected const string Address = "127.0.0.1";
    protected const string TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private const char BetweenLabels = '\u001f';

    private readonly Channel<FloorConnection> _idle = Channel.CreateUnbounded<FloorConnection>();
    private readonly string _find;
    private readonly string _first;
    private readonly string _next;
    private readonly string _events;

    protected FloorDatabase(int connections, Func<FloorConnection> connect, string labels, string position)
    {
        for (var i = 0; i < connections; i++)
            _idle.Writer.TryWrite(connect());
        var select =
            $"""
            SELECT id, key, title, description, status, priority, due, due_at, assignee_id, project_id, version, created_at, created_by, updated_at, completed_at, deleted_at,
                (SELECT {labels} FROM task_labels l WHERE l.task_id = t.id) FROM tasks t
            """;
        _find = $"{select} WHERE id = $1 AND deleted_at IS NULL";
        _first = $"{select} WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1";
        _next = $"{select} WHERE deleted_at IS NULL AND (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3";
        _events = $"""
            SELECT event_id, type, type_version, stream_id, occurred_at, stream_version, actor, correlation_id, causation_id, trace_parent, {position}, payload
            FROM event_log WHERE {position} > $1 ORDER BY {position} LIMIT $2
            """;
    }

    public static FloorDatabase For(DatabaseKind kind, string connectionString) => kind switch
    {
        DatabaseKind.Sqlite => new SqliteFloor(connectionString),
        DatabaseKind.PostgreSql => new PostgreSqlFloor(connectionString),
        _ => throw new NotSupportedException($"There is no floor on {kind}."),
    };

    /// <summary>Writes a new task and its events in one transaction.</summary>
    public abstract Task InsertAsync(TaskBody task, FloorEvent[] events);

    /// <summary>Reads a task, changes it, and writes it and its events in one transaction; null if it is gone or another was faster.</summary>
    public abstract Task<TaskBody?> UpdateAsync(Guid id, Func<TaskBody, (TaskBody Changed, FloorEvent[] Events)> change);

    public Task<TaskBody?> FindAsync(Guid id) => UseAsync(connection => FindAsync(connection, id));

    public Task<List<TaskBody>> ListAsync(PageEnd? after, int limit) => UseAsync(connection => ReadAsync(
        after is { } end ? connection.Command(_next, Time(end.CreatedAt), end.Id, limit) : connection.Command(_first, limit), ReadTask));

    public Task<List<EventBody>> ReadEventsAsync(long after, int limit) =>
        UseAsync(connection => ReadAsync(connection.Command(_events, after, limit), ReadEvent));

    public virtual async ValueTask DisposeAsync()
    {
        while (_idle.Reader.TryRead(out var connection))
            await connection.DisposeAsync();
    }

    protected abstract object? Time(DateTimeOffset? time);

    protected abstract DateTimeOffset ReadTime(DbDataReader row, int column);

    protected async Task<TaskBody?> FindAsync(FloorConnection connection, Guid id) =>
        (await ReadAsync(connection.Command(_find, id), ReadTask)).SingleOrDefault();

    protected async Task<T> UseAsync<T>(Func<FloorConnection, Task<T>> work)
    {
        var connection = await _idle.Reader.ReadAsync();
        try
        {
            return await work(connection);
        }
        finally
        {
            _idle.Writer.TryWrite(connection);
        }
    }

    private static async Task<List<T>> ReadAsync<T>(DbCommand command, Func<DbDataReader, T> read)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Guid? Id(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private DateTimeOffset? TimeOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : ReadTime(row, column);

    private TaskBody ReadTask(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Key = Text(row, 1),
        Title = row.GetString(2),
        Description = Text(row, 3),
        Status = row.GetString(4),
        Priority = TaskBody.PriorityOf(row.GetInt32(5)),
        Due = Text(row, 6) is { } due ? new(due) : null,
        DueAt = TimeOrNull(row, 7),
        AssigneeId = Id(row, 8),
        ProjectId = Id(row, 9),
        Version = row.GetInt64(10),
        CreatedAt = ReadTime(row, 11),
        CreatedBy = row.GetString(12),
        UpdatedAt = ReadTime(row, 13),
        CompletedAt = TimeOrNull(row, 14),
        DeletedAt = TimeOrNull(row, 15),
        Labels = Text(row, 16)?.Split(BetweenLabels) ?? [],
    };

    private EventBody ReadEvent(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Type = string.Create(CultureInfo.InvariantCulture, $"taskmanagement.{row.GetString(1)}.v{row.GetInt32(2)}"),
        Subject = row.GetGuid(3),
        Time = ReadTime(row, 4),
        Sequence = row.GetInt64(5).ToString("D10", CultureInfo.InvariantCulture),
        Actor = row.GetString(6),
        CorrelationId = row.GetString(7),
        CausationId = row.GetGuid(8),
        TraceParent = Text(row, 9),
        Position = row.GetInt64(10).ToString(CultureInfo.InvariantCulture),
        Data = row.GetString(11),
    };
}

/// <summary>A connection with the commands that were used on it.</summary>
/// <param name="connection">The connection, open.</param>
/// <param name="isNamed">Whether parameters have their numbers for names.</param>
internal sealed class FloorConnection(DbConnection connection, bool isNamed) : IAsyncDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>The command with this text, prepared if it was used before.</summary>
    public DbCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
            _commands.Add(sql, command = Create(sql, values.Length));
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands.Values)
            await command.DisposeAsync();
        await connection.DisposeAsync();
    }

    private DbCommand Create(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            var parameter = command.CreateParameter();
            if (isNamed)
                parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}");
            command.Parameters.Add(parameter);
        }

        return command;
    }
}

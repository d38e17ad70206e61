using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace TaskManagement.Benchmarks.Load;

/// <summary>The floor on SQLite. Writers wait in turn for the one connection that writes, as SQLite has one writer.</summary>
internal sealed class SqliteFloor : FloorDatabase
{
    private const int Readers = 16;
    private const string Undated = "253402300799000";

    private static readonly string InsertTask = $"INSERT INTO tasks ({InsertedColumns}) VALUES ($1, $2, $3, $4, 0, {Undated}, $5, $6, $7, $6, $7)";
    private static readonly string InsertEvent =
        $"INSERT INTO event_log ({EventColumns}) VALUES ($1, 'task', $2, $3, $4, 1, $5, $6, $7, $8, 0, $9, '{Address}', '{TraceParent}')";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly FloorConnection _writer;

    public SqliteFloor(string connectionString)
        : base(Readers, () => Connect(connectionString), labels: "group_concat(name, char(31) ORDER BY key)", position: "id") =>
        _writer = Connect(connectionString);

    public override async Task InsertAsync(TaskBody task, FloorEvent[] events) => await WriteAsync(() =>
    {
        _writer.Command(InsertTask, task.Id, task.Title, task.Description, task.Status, task.Version, Time(task.CreatedAt), task.CreatedBy).ExecuteNonQuery();
        Insert(task, events);
        return Task.FromResult<TaskBody?>(task);
    });

    public override Task<TaskBody?> UpdateAsync(Guid id, Func<TaskBody, (TaskBody Changed, FloorEvent[] Events)> change) => WriteAsync(async () =>
    {
        if (await FindAsync(_writer, id) is not { } task)
            return null;
        var (changed, events) = change(task);
        var updated = _writer.Command(
            "UPDATE tasks SET title = $3, status = $4, completed_at = $5, updated_at = $6, updated_by = $7, version = $8 WHERE id = $1 AND version = $2",
            id, task.Version, changed.Title, changed.Status, Time(changed.CompletedAt), Time(changed.UpdatedAt), changed.CreatedBy, changed.Version).ExecuteNonQuery();
        if (updated == 0)
            return null;
        Insert(changed, events);
        return changed;
    });

    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _turn.Dispose();
        await base.DisposeAsync();
    }

    protected override object? Time(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    protected override DateTimeOffset ReadTime(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static FloorConnection Connect(string connectionString)
    {
        var connection = new SqliteConnection(connectionString + ";Pooling=false;Foreign Keys=true");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = FULL";
        command.ExecuteNonQuery();
        return new(connection, isNamed: true);
    }

    private void Insert(TaskBody task, FloorEvent[] events)
    {
        foreach (var happened in events)
        {
            _writer.Command(
                InsertEvent, happened.Id, task.Id, happened.Version, happened.Type, happened.Payload, happened.Actor, task.Id.ToString("N"), task.Id, Time(happened.OccurredAt))
                .ExecuteNonQuery();
        }
    }

    private async Task<TaskBody?> WriteAsync(Func<Task<TaskBody?>> write)
    {
        await _turn.WaitAsync();
        try
        {
            _writer.Command("BEGIN IMMEDIATE").ExecuteNonQuery();
            try
            {
                var written = await write();
                _writer.Command("COMMIT").ExecuteNonQuery();
                return written;
            }
            catch
            {
                _writer.Command("ROLLBACK").ExecuteNonQuery();
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}

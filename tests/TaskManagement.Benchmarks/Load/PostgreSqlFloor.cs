using System.Data.Common;
using Npgsql;

namespace TaskManagement.Benchmarks.Load;

/// <summary>The floor on PostgreSQL. A task and its events are written by one statement, which is a transaction and one round trip.</summary>
internal sealed class PostgreSqlFloor : FloorDatabase
{
    // As many as the other systems have.
    private const int Connections = 50;

    private static readonly string InsertEvents = $"""
        INSERT INTO event_log ({EventColumns})
        SELECT e.id, 'task', t.id, e.version, e.type, 1, e.payload, t.updated_by, t.id::text, t.id, 0, t.updated_at, '{Address}', '{TraceParent}'
        FROM t, unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) AS e(id, version, type, payload)
        """;

    private static readonly string Insert = $"""
        WITH t AS (
            INSERT INTO tasks ({InsertedColumns}) VALUES ($5, $6, $7, $8, 0, TIMESTAMPTZ '9999-12-31 23:59:59+00', $9, $10, $11, $10, $11)
            RETURNING id, updated_by, updated_at)
        {InsertEvents}
        """;

    private static readonly string Update = $"""
        WITH t AS (
            UPDATE tasks SET title = $7, status = $8, completed_at = $9, updated_at = $10, updated_by = $11, version = $12 WHERE id = $5 AND version = $6
            RETURNING id, updated_by, updated_at)
        {InsertEvents}
        """;

    private readonly NpgsqlDataSource _source;

    public PostgreSqlFloor(string connectionString)
        : this(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 }))
    {
    }

    private PostgreSqlFloor(NpgsqlDataSource source)
        : base(Connections, () => new(source.OpenConnection(), isNamed: false), labels: "string_agg(name, chr(31) ORDER BY key)", position: "position") =>
        _source = source;

    public override Task InsertAsync(TaskBody task, FloorEvent[] events) => UseAsync(connection => connection.Command(
        Insert,
        [.. Arrays(events), task.Id, task.Title, task.Description, task.Status, task.Version, Time(task.CreatedAt), task.CreatedBy]).ExecuteNonQueryAsync());

    public override Task<TaskBody?> UpdateAsync(Guid id, Func<TaskBody, (TaskBody Changed, FloorEvent[] Events)> change) => UseAsync(async connection =>
    {
        if (await FindAsync(connection, id) is not { } task)
            return null;
        var (changed, events) = change(task);
        var written = await connection.Command(
            Update,
            [
                .. Arrays(events), id, task.Version, changed.Title, changed.Status, Time(changed.CompletedAt), Time(changed.UpdatedAt), changed.CreatedBy,
                changed.Version,
            ]).ExecuteNonQueryAsync();
        return written == 0 ? null : changed;
    });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _source.DisposeAsync();
    }

    protected override object? Time(DateTimeOffset? time) => time?.UtcDateTime;

    protected override DateTimeOffset ReadTime(DbDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    private static object[] Arrays(FloorEvent[] events) =>
    [
        events.Select(happened => happened.Id).ToArray(),
        events.Select(happened => happened.Version).ToArray(),
        events.Select(happened => happened.Type).ToArray(),
        events.Select(happened => happened.Payload).ToArray(),
    ];
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Support;

/// <summary>Puts events into the log that no command has raised.</summary>
internal static class LogSteps
{
    /// <summary>Appends an event.</summary>
    public static Task AppendAsync(this TestHost host, string streamType, string type, DateTimeOffset? at = null, string actor = "user:newer") =>
        host.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            db.EventLog.Add(new()
            {
                EventId = Guid.CreateVersion7(),
                StreamType = streamType,
                StreamId = Guid.CreateVersion7(),
                StreamVersion = 1,
                Type = type,
                TypeVersion = 1,
                Payload = "{}",
                Actor = new(actor),
                CorrelationId = "c",
                CausationId = Guid.CreateVersion7(),
                TraceParent = null,
                CausationDepth = 0,
                OccurredAt = at ?? TestHostSteps.Stamp.At,
            });
            await db.SaveChangesAsync();
        });

    /// <summary>Fills the log with events of one common type and actor, each of an aggregate of its own, and lets the database look at it.</summary>
    public static Task FillLogAsync(this TestHost host, int events) => host.InScopeAsync(async services =>
    {
        var db = services.GetRequiredService<TaskManagementDbContext>();
        const string columns = "event_id, stream_type, stream_id, stream_version, type, type_version, payload, actor, correlation_id, causation_id, causation_depth, occurred_at";
        string[] statements = db.Database.IsSqlite()
            ?
            [
                $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {events})
                INSERT INTO event_log ({columns})
                SELECT printf('00000000-0000-7000-8000-%012d', i), 'task', printf('00000001-0000-7000-8000-%012d', i), 1, 'task.common', 1, '{"{}"}', 'user:busy', 'c',
                    '00000000-0000-7000-8000-000000000000', 0, 0 FROM n
                """,
            ]
            :
            [
                $"""
                INSERT INTO event_log ({columns}, position)
                SELECT ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'task', ('00000001-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 1, 'task.common', 1,
                    '{"{}"}', 'user:busy', 'c', '00000000-0000-7000-8000-000000000000', 0, now(), 1000 + i FROM generate_series(1, {events}) i
                """,
                "ANALYZE event_log",
            ];
        Assert.SkipWhen(db.Database.IsSqlServer(), "SQL Server shows its plans in another way.");
        foreach (var statement in statements)
            await db.Database.ExecuteSqlRawAsync(statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    });
}

using System.Globalization;

namespace TaskManagement.Infrastructure.Persistence.Providers;

/// <summary>What the event engine says to a database in that database's own words. Times are always the database's.</summary>
internal abstract class EventStatements
{
    /// <summary>The most events that are numbered in one statement.</summary>
    public const int NumberingBatch = 5000;

    /// <summary>The present, now and not when the transaction began.</summary>
    public abstract string Now { get; }

    /// <summary>
    /// Gives every event that is committed and has no position the next ones, in the order of their ids; answers how many there were and the last
    /// position. Null where the id is the position.
    /// </summary>
    /// <remarks>
    /// A lock comes before the statement that reads, so that this reads what the one before wrote. If an event was raised by someone who had seen
    /// another, every snapshot that has it has the other too, and the other's id is lower: so causes come before effects whoever commits when.
    /// </remarks>
    public abstract string? Number { get; }

    /// <summary>Takes ids for positions: what must not be done, for the test that sees that it is noticed.</summary>
    public virtual string? NumberById => null;

    /// <summary>The last position there is.</summary>
    public virtual string Head => "(SELECT COALESCE(MAX(position), 0) FROM event_log)";

    /// <summary>How many events are without a position.</summary>
    public virtual string Unnumbered => "(SELECT COUNT(*) FROM event_log WHERE position IS NULL)";

    /// <summary>The present plus so many milliseconds, which may be negative.</summary>
    public abstract string After(string milliseconds);

    /// <summary>The milliseconds from the present until the time in a column; null if there is none.</summary>
    public abstract string MillisecondsUntil(string column);

    /// <summary>
    /// Says that the node {0} lives, renews its leases for {1} milliseconds, and answers how all cursors stand.
    /// In one round trip: it is all that an idle system asks.
    /// </summary>
    public virtual string Beat => $$"""
        {{Seen}};
        UPDATE event_cursors SET lease_until = {{After("{1}")}} WHERE holder = {0};
        {{SelectCursors}}
        """;

    /// <summary>
    /// Takes the lease on the cursor {2}, {3}, {4} for the node {0} and {1} milliseconds, if it has the token {5} still and is free, the node's own,
    /// or has run out. A cursor that is about to move at this moment is not waited for: who moves it may be suspended.
    /// </summary>
    public virtual string Take => $"UPDATE event_cursors {SetHolder} WHERE {IsFree}";

    /// <summary>
    /// The last statement of a delivery: counts {0} events as delivered on the cursor {1}, {2}, {3} for who has it by the token {4}, and moves it to {5}.
    /// </summary>
    /// <param name="limit">How soon the commit must follow. A node that is suspended in between would keep the cursor from all others.</param>
    /// <param name="isFenced">Whether another's token makes it do nothing.</param>
    /// <param name="moves">Whether the cursor moves.</param>
    public string Settle(TimeSpan limit, bool isFenced, bool moves) =>
        EndWithin(limit)
        + $$"""
        UPDATE event_cursors SET delivered = delivered + {0}{{(moves ? ", position = {5}, attempt_position = NULL" : "")}}
        WHERE subscription = {1} AND replay = {2} AND partition = {3} AND token {{(isFenced ? "=" : ">=")}} {4}
        """;

    /// <summary>Has the server end the transaction if nothing is heard of it for so long; empty where the server can't, or where there is no other node.</summary>
    protected virtual string EndWithin(TimeSpan limit) => "";

    protected string SetHolder => $$"""SET holder = {0}, token = token + 1, lease_until = {{After("{1}")}}""";

    protected string IsFree =>
        $$"""subscription = {2} AND replay = {3} AND partition = {4} AND token = {5} AND (holder IS NULL OR holder = {0} OR lease_until < {{Now}})""";

    /// <summary>Notes that the node {0} lives.</summary>
    protected virtual string Seen =>
        $$"""INSERT INTO event_nodes (id, started_at, seen_at) VALUES ({0}, {{Now}}, {{Now}}) ON CONFLICT (id) DO UPDATE SET seen_at = {{Now}}""";

    /// <summary>The present in milliseconds since 1970.</summary>
    public abstract string UnixMilliseconds { get; }

    /// <summary>The size of the database in bytes.</summary>
    public abstract string DatabaseBytes { get; }

    protected string SelectCursors => $$"""
        SELECT c.subscription AS "Subscription", c.replay AS "Replay", c.partition AS "Partition", c.position AS "Position",
            c.stop_at AS "StopAt", c.holder AS "Holder", c.token AS "Token",
            CASE WHEN c.paused_at IS NULL THEN 0 ELSE 1 END AS "Paused",
            {{MillisecondsUntil("c.lease_until")}} AS "LeaseLeft",
            CASE WHEN c.replay > 0 AND c.position >= c.stop_at AND NOT EXISTS (
                SELECT 1 FROM parked_events p WHERE p.subscription = c.subscription AND p.replay = c.replay AND p.status <> 2) THEN 1 ELSE 0 END AS "Finished",
            {{UnixMilliseconds}} AS "Now",
            (SELECT COUNT(*) FROM event_nodes WHERE id <> {0} AND seen_at > {{After("-{1}")}}) AS "OtherNodes",
            {{Head}} AS "Head",
            {{Unnumbered}} AS "Unnumbered",
            (SELECT COUNT(*) FROM parked_events p WHERE p.subscription = c.subscription AND p.replay = c.replay AND p.status <> 2) AS "Parked",
            (SELECT COUNT(*) FROM parked_events p WHERE p.subscription = c.subscription AND p.replay = c.replay AND p.status = 2) AS "Dead"
        FROM event_cursors c
        """;
}

internal sealed class SqliteEventStatements : EventStatements
{
    public override string Now => "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    public override string? Number => null;

    public override string Head => "(SELECT COALESCE(MAX(id), 0) FROM event_log)";

    public override string Unnumbered => "0";

    public override string UnixMilliseconds => Now;

    public override string DatabaseBytes => "(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size())";

    public override string After(string milliseconds) => $"({Now} + {milliseconds})";

    public override string MillisecondsUntil(string column) => $"({column} - {Now})";
}

internal sealed class PostgreSqlEventStatements : EventStatements
{
    // Any number will do that no one else uses in this database.
    private const string Lock = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(5718323046140011); END $$";

    public override string Now => "clock_timestamp()";

    // Sent at once, both statements are one transaction, and each reads what is committed when it begins. Whoever sends this may be stopped or
    // killed at any point: the server goes through to the end without him, and holds the lock no longer.
    public override string Number => $$"""
        {{Lock}};
        WITH batch AS MATERIALIZED (
            SELECT id, row_number() OVER (ORDER BY id) AS n FROM event_log WHERE position IS NULL ORDER BY id LIMIT {{NumberingBatch}}),
        base AS MATERIALIZED (
            SELECT COALESCE(MAX(position), 0) AS position FROM event_log WHERE position IS NOT NULL),
        numbered AS (
            UPDATE event_log e SET position = base.position + batch.n FROM batch, base WHERE e.id = batch.id RETURNING e.position)
        SELECT COUNT(*)::int AS "Count", COALESCE(MAX(numbered.position), (SELECT position FROM base)) AS "Head" FROM numbered
        """;

    public override string NumberById => """
        WITH numbered AS (UPDATE event_log SET position = id WHERE position IS NULL RETURNING position)
        SELECT COUNT(*)::int AS "Count", COALESCE(MAX(numbered.position), (SELECT COALESCE(MAX(position), 0) FROM event_log)) AS "Head" FROM numbered
        """;

    public override string Beat => $$"""
        WITH seen AS ({{Seen}}), renewed AS (UPDATE event_cursors SET lease_until = {{After("{1}")}} WHERE holder = {0})
        {{SelectCursors}}
        """;

    public override string Take => $"""
        UPDATE event_cursors {SetHolder} WHERE (subscription, replay, partition) IN (
            SELECT subscription, replay, partition FROM event_cursors WHERE {IsFree} FOR UPDATE SKIP LOCKED)
        """;

    protected override string EndWithin(TimeSpan limit) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL idle_in_transaction_session_timeout = {limit.TotalMilliseconds:0};\n");

    public override string DatabaseBytes => "pg_database_size(current_database())";

    public override string UnixMilliseconds => "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

    public override string After(string milliseconds) => $"(clock_timestamp() + {milliseconds} * interval '1 millisecond')";

    public override string MillisecondsUntil(string column) => $"(EXTRACT(EPOCH FROM {column} - clock_timestamp()) * 1000)::bigint";
}

internal sealed class SqlServerEventStatements : EventStatements
{
    public override string Now => "SYSDATETIMEOFFSET()";

    // What is to be numbered is read in one statement, which sees one state under READ_COMMITTED_SNAPSHOT; the update then finds these rows and
    // no others. To update what it finds itself, it would wait for rows that are not committed.
    public override string Number => $"""
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        EXEC sp_getapplock @Resource = 'taskmanagement.positions', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = -1;
        DECLARE @batch TABLE (id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL);
        INSERT INTO @batch (id, n)
            SELECT TOP ({NumberingBatch}) id, ROW_NUMBER() OVER (ORDER BY id) FROM event_log WHERE position IS NULL ORDER BY id;
        DECLARE @base bigint = (SELECT COALESCE(MAX(position), 0) FROM event_log WHERE position IS NOT NULL);
        UPDATE e SET position = @base + b.n FROM event_log e INNER JOIN @batch b ON b.id = e.id;
        COMMIT TRANSACTION;
        SELECT COUNT(*) AS "Count", @base + COUNT(*) AS "Head" FROM @batch;
        """;

    public override string Take => $"UPDATE event_cursors WITH (ROWLOCK, READPAST) {SetHolder} WHERE {IsFree}";

    protected override string Seen => $$"""
        UPDATE event_nodes SET seen_at = {{Now}} WHERE id = {0};
        INSERT INTO event_nodes (id, started_at, seen_at) SELECT {0}, {{Now}}, {{Now}} WHERE NOT EXISTS (SELECT 1 FROM event_nodes WHERE id = {0})
        """;

    public override string DatabaseBytes => "(SELECT SUM(CAST(size AS bigint)) * 8192 FROM sys.database_files)";

    public override string UnixMilliseconds => "DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME())";

    public override string After(string milliseconds) => $"DATEADD(millisecond, {milliseconds}, SYSDATETIMEOFFSET())";

    public override string MillisecondsUntil(string column) => $"DATEDIFF_BIG(millisecond, SYSDATETIMEOFFSET(), {column})";
}

using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>
/// Positions follow the order of commit, on PostgreSQL, where transactions commit in another order than they insert. Each test holds
/// transactions back to make an interleaving in which a simpler rule loses or reorders events.
/// </summary>
public sealed class NumberingEvents() : DatabaseTest(DatabaseKind.PostgreSql)
{
    [Fact]
    public async Task A_late_committer_with_a_lower_id_is_not_skipped()
    {
        var inbox = new Inbox();
        await using var host = await StartAsync(services => services.WithInbox(inbox), Quick);
        await host.StartDeliveryAsync();
        await using var late = await Held.BeginAsync(host);
        await late.AppendAsync(Guid.CreateVersion7(), 1);
        await using var early = await Held.BeginAsync(host);
        var quick = Guid.CreateVersion7();
        await early.AppendAsync(quick, 1);
        await early.CommitAsync();
        await EventuallyAsync(() => inbox.Received.Count == 1);
        Assert.Equal(quick, inbox.Received[0].StreamId);
        await late.CommitAsync();
        await EventuallyAsync(() => inbox.Received.Count == 2);

        Assert.Equal([2L, 1L], (await host.EventsAsync()).Select(record => record.Position!.Value));
    }

    [Fact]
    public async Task A_transaction_that_is_open_elsewhere_neither_holds_events_up_nor_reorders_an_aggregate()
    {
        var inbox = new Inbox();
        await using var host = await StartAsync(services => services.WithInbox(inbox), Quick);
        await host.StartDeliveryAsync();
        // Transactions with older and newer ids than one that stays open, here and in another database of the server.
        await using var second = await Held.BeginAsync(host);
        await second.TouchAsync();
        await using var open = await Held.BeginAsync(host);
        await open.AppendAsync(Guid.CreateVersion7(), 1);
        await using var elsewhere = await Held.BeginAsync(host, database: "postgres");
        await elsewhere.TouchAsync();
        var aggregate = Guid.CreateVersion7();
        await using var first = await Held.BeginAsync(host);
        await first.AppendAsync(aggregate, 1);
        await first.CommitAsync();
        // It began before the first and appends after it: an order by transaction ids would put it first.
        await second.AppendAsync(aggregate, 2);
        await second.CommitAsync();

        await EventuallyAsync(() => inbox.Received.Count == 2);
        Assert.Equal([1L, 2L], inbox.Received.Select(received => received.StreamVersion));
        await open.CommitAsync();
        await EventuallyAsync(() => inbox.Received.Count == 3);
    }

    [Fact]
    public async Task What_is_rolled_back_leaves_no_gap()
    {
        await using var host = await StartAsync(settings: Quick);
        await host.StartDeliveryAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.CreateTaskAsync();
            await using var undone = await Held.BeginAsync(host);
            await undone.AppendAsync(Guid.CreateVersion7(), 1);
        }

        await EventuallyAsync(async () => (await host.EventsAsync()).TrueForAll(record => record.Position is not null));
        var events = await host.EventsAsync();
        Assert.Equal([1L, 2L, 3L, 4L, 5L], events.Select(record => record.Position!.Value));
        Assert.True(events[^1].Id > 5);
    }

    [Fact]
    public async Task Nodes_that_number_at_the_same_time_give_no_position_twice_and_leave_none_out()
    {
        await using var host = await StartAsync(settings: Quick);
        var nodes = Enumerable.Range(0, 4).Select(_ => host.AnotherNode(settings: Quick)).ToList();
        var done = false;
        var numbering = nodes.Select(async node =>
        {
            while (!done)
                await node.Services.GetRequiredService<Sequencer>().NumberAsync(CancellationToken.None);
        }).ToList();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            var task = await nodes[writer].CreateTaskAsync();
            for (var i = 0; i < 40; i++)
                await nodes[writer].RenameAsync(task, $"Title {i}");
        }));
        done = true;
        await Task.WhenAll(numbering);
        await nodes[0].Services.GetRequiredService<Sequencer>().NumberAsync(CancellationToken.None);

        var events = await host.EventsAsync();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(position => (long)position), events.Select(record => record.Position!.Value).Order());
        foreach (var stream in events.GroupBy(record => record.StreamId))
            Assert.Equal(stream.OrderBy(record => record.StreamVersion), stream.OrderBy(record => record.Position));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_for_the_lock_numbers_after_who_holds_it_and_not_over_it()
    {
        await using var host = await StartAsync(settings: Quick);
        var sequencer = host.Services.GetRequiredService<Sequencer>();
        await host.CreateTaskAsync();
        await using var holder = await Held.BeginAsync(host);
        await holder.ExecuteAsync("SELECT pg_advisory_xact_lock(5718323046140011)");
        await holder.ExecuteAsync("UPDATE event_log SET position = 1");
        var waiting = sequencer.NumberAsync(CancellationToken.None);
        await EventuallyAsync(async () => await host.ReadAsync(db => db.Database
            .SqlQuery<int>($"SELECT COUNT(*)::int AS \"Value\" FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").SingleAsync()) > 0);
        await host.CreateTaskAsync();
        await holder.CommitAsync();

        Assert.Equal(1, await waiting);
        Assert.Equal([1L, 2L], (await host.EventsAsync()).Select(record => record.Position!.Value));
    }

    [Fact]
    public async Task Without_the_sequencer_the_late_committer_is_lost()
    {
        var inbox = new Inbox();
        await using var host = await StartAsync(services => services.WithInbox(inbox).AddSingleton(new EngineSafeguards { Sequencer = false }), Quick);
        await host.StartDeliveryAsync();
        await using var late = await Held.BeginAsync(host);
        var lost = Guid.CreateVersion7();
        await late.AppendAsync(lost, 1);
        await host.CreateTaskAsync();
        await EventuallyAsync(() => inbox.Received.Count == 1);
        await late.CommitAsync();
        await host.CreateTaskAsync();

        await EventuallyAsync(() => inbox.Received.Count == 2);
        Assert.DoesNotContain(inbox.Received, received => received.StreamId == lost);
    }

    [Fact]
    public async Task An_idle_node_sends_one_statement_for_each_beat_and_nothing_else()
    {
        var statements = new Statements();
        await using var host = await StartAsync(services => services.WithInbox(new()).Intercept(statements), Quick);
        await host.StartDeliveryAsync();
        await host.CreateTaskAsync();
        await EventuallyAsync(() => host.ReadAsync(db => db.EventCursors.AllAsync(cursor => cursor.Position == 1)));
        await BeatsAsync(statements.Sent.Count, 2);
        var before = statements.Sent.Count;
        await BeatsAsync(before, 3);

        Assert.All(statements.Sent.Skip(before), sent => Assert.True(Statements.IsBeat(sent), sent));

        Task BeatsAsync(int after, int count) => EventuallyAsync(() => statements.Sent.Skip(after).Count(Statements.IsBeat) >= count);
    }

    [Fact]
    public async Task A_node_that_has_all_it_can_have_beats_no_more_often_than_it_must()
    {
        var (inbox, statements) = (new Inbox(), new Statements());
        // Once in a hundred seconds, then; what is done meanwhile takes no more than a few.
        await using var host = await StartAsync(
            services => services.WithInbox(inbox).Intercept(statements), new(Quick) { ["Events:LeaseSeconds"] = "300" });
        await host.StartDeliveryAsync();
        await host.CreateTaskAsync();
        await EventuallyAsync(() => inbox.Received.Count == 1);
        var before = statements.Sent.Count;
        for (var i = 2; i <= 20; i++)
        {
            await host.CreateTaskAsync();
            await EventuallyAsync(() => host.ReadAsync(db => db.EventCursors.AllAsync(cursor => cursor.Position == i)));
        }

        // If something could not be taken at the first beat, one more follows soon.
        Assert.InRange(statements.Sent.Skip(before).Count(Statements.IsBeat), 0, 1);
    }

    /// <summary>A transaction that is held open.</summary>
    private sealed class Held : IAsyncDisposable
    {
        private readonly NpgsqlConnection _connection;
        private NpgsqlTransaction _transaction = null!;

        private Held(NpgsqlConnection connection) => _connection = connection;

        public static async Task<Held> BeginAsync(TestHost host, string? database = null)
        {
            var text = new NpgsqlConnectionStringBuilder(host.ConnectionString);
            text.Database = database ?? text.Database;
            var held = new Held(new(text.ConnectionString));
            await held._connection.OpenAsync();
            held._transaction = await held._connection.BeginTransactionAsync();
            return held;
        }

        /// <summary>Makes the server give the transaction its id.</summary>
        public Task TouchAsync() => ExecuteAsync("SELECT pg_current_xact_id()");

        public async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, _connection, _transaction);
            await command.ExecuteNonQueryAsync();
        }

        /// <summary>Appends an event as a command does.</summary>
        public async Task AppendAsync(Guid stream, long version)
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO event_log (event_id, stream_type, stream_id, stream_version, type, type_version, payload, actor, correlation_id, causation_id, causation_depth, occurred_at)
                VALUES ($1, 'task', $2, $3, 'task.reopened', 1, $4, 'user:tester', 'test', $1, 0, now())
                """,
                _connection,
                _transaction);
            command.Parameters.Add(new() { Value = Guid.CreateVersion7() });
            command.Parameters.Add(new() { Value = stream });
            command.Parameters.Add(new() { Value = version });
            command.Parameters.Add(new() { Value = $$"""{"taskId":"{{stream}}","title":"Held"}""" });
            await command.ExecuteNonQueryAsync();
        }

        public Task CommitAsync() => _transaction.CommitAsync();

        public async ValueTask DisposeAsync()
        {
            await _transaction.DisposeAsync();
            await _connection.DisposeAsync();
        }
    }

    /// <summary>Keeps every statement that is sent.</summary>
    private sealed class Statements : DbCommandInterceptor
    {
        private readonly ConcurrentQueue<string> _sent = new();

        public IReadOnlyList<string> Sent => [.. _sent];

        public static bool IsBeat(string statement) => statement.Contains("INSERT INTO event_nodes", StringComparison.Ordinal);

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            _sent.Enqueue(command.CommandText);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            _sent.Enqueue(command.CommandText);
            return ValueTask.FromResult(result);
        }
    }
}

using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TaskManagement.Infrastructure.Persistence.Providers;

/// <summary>
/// A connection that stays open while its context is in the pool, and keeps the statements it has compiled: SQLite takes longer to open
/// a connection and to compile most of the service's statements than to run them, and its driver does both again for each command.
/// </summary>
internal sealed class PooledSqliteConnection : SqliteConnection
{
    /// <summary>How many commands are kept; of more, those go that were used longest ago.</summary>
    private const int Limit = 100;

    private readonly Dictionary<string, LinkedListNode<KeptCommand>> _byText = new(StringComparer.Ordinal);
    private readonly LinkedList<KeptCommand> _byUse = new();
    private readonly Pool _pool;
    private volatile bool _isResting;
    private bool _isEnding;

    private PooledSqliteConnection(string connectionString, Pool pool)
        : base(connectionString)
    {
        _pool = pool;
        // SQLite's own lower() knows ASCII only.
        CreateFunction("lower", (string? text) => text?.ToLowerInvariant(), isDeterministic: true);
    }

    /// <summary>The turn to write of the command that uses the connection, if it has one: its transaction runs on the writer's connection.</summary>
    public SqliteWriter.Turn? Turn { get; set; }

    /// <summary>Runs a statement of the connection's own transaction.</summary>
    public void Execute(string statement)
    {
        using var command = Take(statement);
        command.ExecuteNonQuery();
    }

    public override SqliteCommand CreateCommand() => new AskedCommand { Connection = this, Transaction = Transaction };

    /// <summary>Ends what was begun, since the context goes back to its pool; the connection is closed when it is disposed of.</summary>
    public override void Close()
    {
        if (_isEnding)
        {
            base.Close();
            return;
        }

        Transaction?.Dispose();
        _isResting = true;
    }

    protected override void Dispose(bool disposing)
    {
        _isEnding = true;
        _pool.Forget(this);
        base.Dispose(disposing);
    }

    private KeptCommand Take(string text)
    {
        _isResting = false;
        if (_byText.Remove(text, out var node))
            _byUse.Remove(node);
        var kept = node?.Value ?? new KeptCommand(text, this);
        kept.Transaction = Transaction;
        return kept;
    }

    /// <summary>Keeps a command for the next time; false if it is to end.</summary>
    private bool Keep(KeptCommand command)
    {
        if (_isEnding)
            return false;
        // Two of one text were in use at once, or this one is given back twice.
        if (_byText.TryGetValue(command.CommandText, out var node))
            return node.Value == command;
        command.Transaction = null;
        command.Parameters.Clear();
        _byText.Add(command.CommandText, _byUse.AddLast(command));
        if (_byUse.Count > Limit)
        {
            var oldest = _byUse.First!.Value;
            _byUse.RemoveFirst();
            _byText.Remove(oldest.CommandText);
            oldest.End();
        }

        return true;
    }

    /// <summary>What gives contexts their connections and commands; closes what is at rest in the end.</summary>
    public sealed class Pool : IDisposable
    {
        private readonly ConcurrentDictionary<PooledSqliteConnection, byte> _connections = new();

        public Pool() => Interceptors = [new Connections(this), new Commands(), new Transactions()];

        public IReadOnlyList<IInterceptor> Interceptors { get; }

        /// <summary>How many connections there are.</summary>
        public int Count => _connections.Count;

        /// <summary>Closes the connections that no one uses any more.</summary>
        public void Dispose()
        {
            foreach (var connection in _connections.Keys.Where(connection => connection._isResting))
                connection.Dispose();
        }

        public PooledSqliteConnection Create(string connectionString)
        {
            var connection = new PooledSqliteConnection(connectionString, this);
            _connections.TryAdd(connection, 0);
            return connection;
        }

        public void Forget(PooledSqliteConnection connection) => _connections.TryRemove(connection, out _);
    }

    /// <summary>What EF Core fills in before it is replaced; it takes any transaction.</summary>
    private sealed class AskedCommand : SqliteCommand
    {
        private DbTransaction? _transaction;

        protected override DbTransaction? DbTransaction
        {
            get => _transaction;
            set => (_transaction, Transaction) = (value, value as SqliteTransaction);
        }
    }

    private sealed class KeptCommand(string text, PooledSqliteConnection connection) : SqliteCommand(text, connection)
    {
        public void End() => base.Dispose(true);

        protected override void Dispose(bool disposing)
        {
            if (!disposing || !connection.Keep(this))
                base.Dispose(disposing);
        }
    }

    private sealed class Connections(Pool pool) : DbConnectionInterceptor
    {
        public override InterceptionResult<DbConnection> ConnectionCreating(ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
            InterceptionResult<DbConnection>.SuppressWithResult(pool.Create(eventData.ConnectionString!));
    }

    private sealed class Commands : DbCommandInterceptor
    {
        public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
        {
            using var asked = (SqliteCommand)result;
            var connection = (PooledSqliteConnection)asked.Connection!;
            var kept = (connection.Turn?.Connection ?? connection).Take(asked.CommandText);
            kept.CommandTimeout = asked.CommandTimeout;
            foreach (SqliteParameter parameter in asked.Parameters)
                kept.Parameters.Add(parameter);
            return kept;
        }
    }

    private sealed class Transactions : DbTransactionInterceptor
    {
        public override InterceptionResult<DbTransaction> TransactionStarting(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
            connection is PooledSqliteConnection { Turn: { } turn } ? InterceptionResult<DbTransaction>.SuppressWithResult(turn.Begin()) : result;

        public override ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(TransactionStarting(connection, eventData, result));
    }
}

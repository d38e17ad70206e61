using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TaskManagement.Infrastructure.Persistence.Providers;

/// <summary>
/// SQLite has one writer. Who must wait waits here, in turn, instead of asleep inside the driver; and commands that wait for each other are
/// committed together: each has a savepoint of its own in one transaction, which one fsync makes durable, and none is answered before that.
/// </summary>
/// <remarks>
/// Only commands share a transaction: of what else writes none is known to be short. Whoever holds the turn has the connection and the
/// group to itself.
/// </remarks>
/// <param name="connect">Makes the connection on which the transactions of commands run.</param>
internal sealed class SqliteWriter(Func<PooledSqliteConnection> connect) : IDisposable
{
    /// <summary>How many commands are committed together: the first of them waits for all.</summary>
    private const int MostTogether = 64;

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _alone = new();
    private readonly Queue<TaskCompletionSource> _together = new();
    private PooledSqliteConnection? _connection;
    private Group? _group;
    private bool _isTaken;
    private bool _isNextAlone;

    /// <summary>Waits for the turn to write.</summary>
    /// <param name="user">The connection of a command, whose transaction may be committed with those of others; null for who writes alone.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<Turn> TakeAsync(PooledSqliteConnection? user, CancellationToken cancellationToken)
    {
        if (Enqueue(user is null ? _alone : _together) is { } place)
        {
            await using (cancellationToken.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), place))
                await place.Task;
        }

        var turn = new Turn(this, user);
        if (user is not null)
            user.Turn = turn;
        return turn;
    }

    public void Dispose() => _connection?.Dispose();

    private TaskCompletionSource? Enqueue(Queue<TaskCompletionSource> queue)
    {
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return null;
            }

            var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.Enqueue(place);
            return place;
        }
    }

    private PooledSqliteConnection Open()
    {
        var connection = connect();
        connection.Open();
        return connection;
    }

    /// <summary>Gives the turn to who is next: to another command with the transaction open, or to anyone after it is committed.</summary>
    private void Pass()
    {
        if (_group is { } group)
        {
            if (group.Parts < MostTogether && Wake(_together))
                return;
            End(group);
        }

        lock (_gate)
        {
            var (first, second) = _isNextAlone ? (_alone, _together) : (_together, _alone);
            _isNextAlone = !_isNextAlone;
            if (!Wake(first) && !Wake(second))
                _isTaken = false;
        }
    }

    private bool Wake(Queue<TaskCompletionSource> queue)
    {
        lock (_gate)
        {
            while (queue.TryDequeue(out var next))
            {
                // Who was cancelled has left.
                if (next.TrySetResult())
                    return true;
            }

            return false;
        }
    }

    private void End(Group group)
    {
        _group = null;
        try
        {
            if (group.HasKept)
                group.Transaction.Commit();
            group.Transaction.Dispose();
            group.Durable.SetResult();
        }
        catch (Exception exception)
        {
            Fail(group, exception);
        }
    }

    /// <summary>Nothing of a group is kept, and all who are in it are told.</summary>
    private void Fail(Group group, Exception cause)
    {
        _group = null;
        try
        {
            group.Transaction.Dispose();
        }
        catch (Exception)
        {
            // A connection that can't even take back is not used again.
            _connection?.Dispose();
            _connection = null;
        }

        if (group.HasKept)
            group.Durable.SetException(cause);
    }

    /// <summary>Commands of one transaction.</summary>
    private sealed class Group(DbTransaction transaction)
    {
        public DbTransaction Transaction { get; } = transaction;

        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>How many have begun.</summary>
        public int Parts { get; set; }

        /// <summary>Whether any of them changed something.</summary>
        public bool HasKept { get; set; }
    }

    /// <summary>The turn to write, which ends when it is disposed of or, of a command, with its transaction.</summary>
    public sealed class Turn(SqliteWriter writer, PooledSqliteConnection? user) : IDisposable
    {
        private bool _isOver;

        /// <summary>Where the command's statements are sent while its transaction is open.</summary>
        public PooledSqliteConnection? Connection { get; private set; }

        public DbTransaction Begin()
        {
            var connection = writer._connection ??= writer.Open();
            writer._group ??= new(connection.BeginTransaction(IsolationLevel.Serializable));
            writer._group.Parts++;
            connection.Execute("SAVEPOINT command");
            Connection = connection;
            return new Part(this, user!);
        }

        public void Dispose()
        {
            if (_isOver)
                return;
            _isOver = true;
            if (user is not null)
                user.Turn = null;
            writer.Pass();
        }

        /// <summary>The command has done all it does: the turn goes on, and the outcome is that of the group.</summary>
        public Task KeepAsync()
        {
            var group = Run("RELEASE command");
            group.HasKept = true;
            Dispose();
            return group.Durable.Task;
        }

        /// <summary>Undoes what the command did, and nothing of what others did before it.</summary>
        public void TakeBack()
        {
            try
            {
                Run("ROLLBACK TO command; RELEASE command");
            }
            catch (SqliteException)
            {
                // The whole group is taken back, and those concerned are told: the command has failed anyway.
            }

            Connection = null;
        }

        public void Mark(string name) => Run($"SAVEPOINT {name}");

        public void TakeBackTo(string name) => Run($"ROLLBACK TO {name}");

        private Group Run(string statement)
        {
            const string gone = "The transaction in which commands were to be committed is gone.";
            var group = writer._group ?? throw new SqliteException(gone, raw.SQLITE_IOERR);
            try
            {
                // On some errors, of a full disk say, SQLite takes back the whole transaction by itself.
                if (raw.sqlite3_get_autocommit(Connection!.Handle) != 0)
                    throw new SqliteException(gone, raw.SQLITE_IOERR);
                Connection.Execute(statement);
                return group;
            }
            catch (SqliteException exception)
            {
                writer.Fail(group, exception);
                throw;
            }
        }
    }

    /// <summary>What EF Core takes for the transaction of a command.</summary>
    private sealed class Part(Turn turn, PooledSqliteConnection user) : DbTransaction
    {
        private bool _isOver;

        public override IsolationLevel IsolationLevel => IsolationLevel.Serializable;

        public override bool SupportsSavepoints => true;

        protected override DbConnection? DbConnection => user;

        public override Task CommitAsync(CancellationToken cancellationToken = default)
        {
            _isOver = true;
            return turn.KeepAsync();
        }

        public override void Commit() => CommitAsync().GetAwaiter().GetResult();

        public override void Rollback()
        {
            if (_isOver)
                return;
            _isOver = true;
            turn.TakeBack();
        }

        public override void Save(string savepointName) => turn.Mark(savepointName);

        public override void Rollback(string savepointName) => turn.TakeBackTo(savepointName);

        public override void Release(string savepointName)
        {
            // It ends with the command's own.
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Rollback();
            base.Dispose(disposing);
        }
    }
}

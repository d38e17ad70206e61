using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// The transaction of one delivery. It begins with the first write and not before, so that a handler that is slow for reasons of its own,
/// a mail server say, keeps no one from writing. In a scope that serves no delivery it does nothing.
/// </summary>
public sealed class DeliveryTransaction : IAsyncDisposable
{
    private readonly DatabaseProvider _provider;
    private IDbContextTransaction? _transaction;
    private IDisposable? _turn;

    internal DeliveryTransaction(DatabaseProvider provider) => _provider = provider;

    /// <summary>Whether the scope serves a delivery.</summary>
    internal bool IsServing { get; private set; }

    /// <summary>The context of the scope, once something has asked for it.</summary>
    internal TaskManagementDbContext? Context { get; private set; }

    /// <summary>Whether the transaction has begun.</summary>
    internal bool HasBegun => _transaction is not null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
            await _transaction.DisposeAsync();
        _turn?.Dispose();
        (_transaction, _turn) = (null, null);
    }

    /// <summary>Makes the scope one that serves a delivery.</summary>
    internal void Serve() => IsServing = true;

    /// <summary>Notes the context of the scope.</summary>
    internal TaskManagementDbContext Use(TaskManagementDbContext context) => Context = context;

    /// <summary>Begins the transaction if it has not begun.</summary>
    internal async Task BeginAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        if (_transaction is not null)
            return;
        _turn = await _provider.TakeWriteTurnAsync(cancellationToken);
        try
        {
            db.Database.AutoSavepointsEnabled = false;
            _transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        }
        catch
        {
            _turn?.Dispose();
            _turn = null;
            throw;
        }
    }

    /// <summary>Commits. From here on the outcome is the database's, so nothing cancels it.</summary>
    internal async Task CommitAsync()
    {
        await _transaction!.CommitAsync(CancellationToken.None);
        await DisposeAsync();
    }

    /// <summary>
    /// Runs a command that a handler sends: what it changes is saved at once, within the transaction. If it fails, only what it did is undone,
    /// and the handler may go on without it.
    /// </summary>
    internal async Task<T> RunCommandAsync<T>(
        TaskManagementDbContext db, DomainEventDispatch dispatch, Func<CancellationToken, Task<T>> command, CancellationToken cancellationToken)
    {
        const string before = "command";
        await BeginAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await _transaction!.CreateSavepointAsync(before, cancellationToken);
        try
        {
            var result = await command(cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            return result;
        }
        catch
        {
            db.ChangeTracker.Clear();
            dispatch.Reset();
            await _transaction.RollbackToSavepointAsync(before, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Puts raw statements and bulk updates of a handler into the delivery's transaction.</summary>
    internal sealed class StatementInterceptor : DbCommandInterceptor
    {
        public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) =>
            IsOutside(command, eventData, out _, out _)
                ? throw new InvalidOperationException("An after-commit handler writes by asynchronous calls only.")
                : result;

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (IsOutside(command, eventData, out var db, out var delivery))
            {
                await delivery.BeginAsync(db, cancellationToken);
                command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
            }

            return result;
        }

        private static bool IsOutside(DbCommand command, CommandEventData eventData, out TaskManagementDbContext db, out DeliveryTransaction delivery)
        {
            db = (TaskManagementDbContext)eventData.Context!;
            delivery = db?.Dispatch?.Delivery!;
            return delivery is { IsServing: true, HasBegun: false } && command.Transaction is null;
        }
    }
}

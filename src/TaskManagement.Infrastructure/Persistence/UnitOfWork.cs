using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Persistence;

internal sealed class UnitOfWork(TaskManagementDbContext db, DomainEventDispatch dispatch, DatabaseProvider provider, EventSignals signals) : IUnitOfWork
{
    private bool _inCommandOfHandler;

    // A command that an after-commit handler sends runs as a unit of its own within the delivery's transaction.
    public bool IsActive => dispatch.Delivery.IsServing ? _inCommandOfHandler : db.Database.CurrentTransaction is not null;

    public async Task<T> ExecuteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            if (dispatch.Delivery.IsServing)
                return await JoinDeliveryAsync(work, cancellationToken);
            using var turn = await provider.TakeCommandTurnAsync(db, cancellationToken);
            return await RunAsync(work, cancellationToken);
        }
        catch (DbUpdateConcurrencyException exception)
        {
            throw new ConcurrencyConflictException(exception);
        }
        catch (Exception exception) when (provider.UniqueViolation(exception) is { } table)
        {
            throw Duplicate(table, exception);
        }
        catch (Exception exception) when (provider.IsConflict(exception))
        {
            throw new ConcurrencyConflictException(exception);
        }
    }

    private async Task<T> JoinDeliveryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        _inCommandOfHandler = true;
        try
        {
            return await dispatch.Delivery.RunCommandAsync(db, dispatch, work, cancellationToken);
        }
        finally
        {
            _inCommandOfHandler = false;
        }
    }

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var (result, committing) = (default(T)!, false);
        // A failed save ends the transaction here, so a savepoint before it would be a round trip for nothing.
        db.Database.AutoSavepointsEnabled = false;
        var answer = await db.Database.CreateExecutionStrategy().ExecuteAsync(
            work,
            async (_, run, token) =>
            {
                committing = false;
                db.ChangeTracker.Clear();
                dispatch.Reset();
                await using var transaction = await db.Database.BeginTransactionAsync(token);
                result = await run(token);
                await db.SaveChangesAsync(token);
                committing = true;
                // From here on the outcome is the database's: a caller who leaves now must not make it unknown.
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            },
            async (_, _, token) => new ExecutionResult<T>(committing && await WasCommittedAsync(token), result),
            cancellationToken);
        signals.Committed(dispatch.LastSavedId);
        return answer;
    }

    /// <summary>Whether a commit whose answer was lost took place: its last event is in the log if and only if it did.</summary>
    private async Task<bool> WasCommittedAsync(CancellationToken cancellationToken) =>
        dispatch.LastSavedEventId is { } id && await db.EventLog.AsNoTracking().AnyAsync(record => record.EventId == id, cancellationToken);

    private static Exception Duplicate(string table, Exception exception)
    {
        var entities = (exception as DbUpdateException)?.Entries.Select(entry => entry.Entity) ?? [];
        var kind = table switch
        {
            "tasks" => AggregateStreams.Task,
            "task_comments" => "comment",
            "projects" => AggregateStreams.Project,
            "access_tokens" => FactStreams.Token,
            "accounts" => "account",
            "webhooks" or "webhook_endpoints" => AggregateStreams.Webhook,
            // Of the cursors that a command begins only those of webhooks are named after an id that someone chose.
            "event_cursors" => entities.OfType<EventCursor>().Any(cursor => cursor.Replay == 0) ? AggregateStreams.Webhook : null,
            // The first version of a stream is taken only if its id is.
            "event_log" => entities.OfType<EventRecord>()
                .FirstOrDefault(record => record.StreamVersion == 1 && AggregateStreams.All.Contains(record.StreamType))?.StreamType,
            _ => null,
        };
        return kind is null ? new ConcurrencyConflictException(exception) : new DuplicateException(kind, exception);
    }
}

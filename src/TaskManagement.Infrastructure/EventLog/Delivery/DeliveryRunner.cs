using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>Runs a handler on events, in a scope of its own, and commits what it wrote together with the progress made.</summary>
internal sealed class DeliveryRunner(
    IServiceScopeFactory scopes,
    DatabaseProvider provider,
    EventSignals signals,
    EngineSafeguards safeguards,
    SlowHandlers slow,
    IOptions<EventsOptions> options)
{
    private const int MostConflicts = 5;

    // How long a handler that was told to stop may take to do so. Then it is left alone: what it wrote is not committed.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Hands events to the handler, one after the other, in one transaction if it writes.</summary>
    /// <param name="subscription">Whose handler.</param>
    /// <param name="entries">The events.</param>
    /// <param name="deliveryOf">What the handler is told of the delivery of each.</param>
    /// <param name="settle">Writes the progress, and parks what the handler says has failed, within the transaction.</param>
    /// <param name="mustSettle">Whether to do so even if the handler wrote nothing.</param>
    /// <param name="cancellationToken">Fires when the process ends.</param>
    /// <returns>Whether a transaction was committed, and so the progress written.</returns>
    /// <exception cref="LeaseLostException">Another node has taken over; nothing was committed.</exception>
    /// <exception cref="CommitInDoubtException">It is not known whether it was committed.</exception>
    public async Task<bool> RunAsync(
        Subscription subscription,
        IReadOnlyList<LogEntry> entries,
        Func<LogEntry, Application.Common.EventLog.Delivery> deliveryOf,
        Func<Settlement, CancellationToken, Task> settle,
        bool mustSettle,
        CancellationToken cancellationToken)
    {
        for (var conflicts = 1; ; conflicts++)
        {
            try
            {
                return await RunOnceAsync(subscription, entries, deliveryOf, settle, mustSettle, cancellationToken);
            }
            catch (Exception exception) when (conflicts < MostConflicts && IsConflict(exception))
            {
                // Someone else changed the same rows first. That is no fault of the handler's, so it does not count as an attempt.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << conflicts)), cancellationToken);
            }
        }
    }

    /// <summary>Writes what becomes of events that the handler is not given, or that it failed at, in a transaction of its own.</summary>
    /// <param name="subscription">Whose events.</param>
    /// <param name="entry">The event that it is about.</param>
    /// <param name="failed">Those that failed.</param>
    /// <param name="settle">Writes it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task SettleAsync(
        Subscription subscription,
        LogEntry entry,
        IReadOnlyList<FailedEvent> failed,
        Func<Settlement, CancellationToken, Task> settle,
        CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = ServeRecord(scope.ServiceProvider, subscription, entry);
        await CommitAsync(unit, scope.ServiceProvider, failed, settle, cancellationToken);
    }

    /// <summary>Hands an event to the handler and keeps nothing of what it writes.</summary>
    /// <param name="subscription">Whose handler.</param>
    /// <param name="entry">The event.</param>
    /// <param name="watch">Is given the context before the handler runs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RehearseAsync(
        Subscription subscription, LogEntry entry, Action<TaskManagementDbContext> watch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        // Its end is the transaction's, which no one commits.
        await using var unit = Serve(services, subscription, entry);
        var db = services.GetRequiredService<TaskManagementDbContext>();
        watch(db);
        var handler = services.GetRequiredService(subscription.Handler);
        await InvokeAsync(subscription, handler, entry, new(subscription.Name, Attempt: 1, IsReplay: true), cancellationToken);
        await unit.BeginAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Makes the scope one in which something is recorded about an event, however long the chain is that it stands in.</summary>
    public DeliveryTransaction ServeRecord(IServiceProvider services, Subscription subscription, LogEntry entry) =>
        Serve(services, subscription, entry, Math.Max(0, options.Value.MaxCausationDepth - 2));

    private static DeliveryTransaction Serve(IServiceProvider services, Subscription subscription, LogEntry entry, int deepest = int.MaxValue)
    {
        var unit = services.GetRequiredService<DeliveryTransaction>();
        unit.Serve();
        var logged = entry.Logged;
        services.GetRequiredService<CommandScope>().ServeHandler(
            logged.EventId, Math.Min(logged.CausationDepth, deepest), logged.CorrelationId, new ActorId($"system:{subscription.Name}"));
        return unit;
    }

    private bool IsConflict(Exception exception) =>
        exception is ConcurrencyConflictException or DbUpdateConcurrencyException || provider.IsConflict(exception);

    private async Task<bool> RunOnceAsync(
        Subscription subscription,
        IReadOnlyList<LogEntry> entries,
        Func<LogEntry, Application.Common.EventLog.Delivery> deliveryOf,
        Func<Settlement, CancellationToken, Task> settle,
        bool mustSettle,
        CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var unit = Serve(services, subscription, entries[0]);
        var handler = services.GetRequiredService(subscription.Handler);
        var batch = handler as IBatchHandler;
        IReadOnlyList<FailedEvent> failed = batch is null
            ? []
            : await InvokeAsync(subscription, batch, entries, deliveryOf, cancellationToken);
        foreach (var entry in batch is null ? entries : [])
        {
            if (entries.Count > 1)
                Serve(services, subscription, entry);
            await InvokeAsync(subscription, handler, entry, deliveryOf(entry), cancellationToken);
            // The log says of each event what caused it, so events that the handler raised are logged before the next cause comes.
            if (entries.Count > 1 && unit.Context is { } context && context.Dispatch!.HasPendingEvents(context))
            {
                await unit.BeginAsync(context, cancellationToken);
                await context.SaveChangesAsync(cancellationToken);
            }
        }

        if (!mustSettle && failed.Count == 0 && !unit.HasBegun && unit.Context?.ChangeTracker.HasChanges() != true && unit.Context?.Dispatch!.HasPendingEvents(unit.Context) != true)
            return false;
        await CommitAsync(unit, services, failed, settle, cancellationToken);
        return true;
    }

    private async Task CommitAsync(
        DeliveryTransaction unit,
        IServiceProvider services,
        IReadOnlyList<FailedEvent> failed,
        Func<Settlement, CancellationToken, Task> settle,
        CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<TaskManagementDbContext>();
        var settlement = new Settlement(services, db, failed);
        await unit.BeginAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        if (safeguards.AtomicCursor)
            await settle(settlement, cancellationToken);
        try
        {
            await unit.CommitAsync();
        }
        catch (Exception exception)
        {
            throw new CommitInDoubtException(exception);
        }

        signals.Committed(db.Dispatch!.LastSavedId);
        if (!safeguards.AtomicCursor)
        {
            await unit.BeginAsync(db, cancellationToken);
            await settle(settlement, cancellationToken);
            await unit.CommitAsync();
        }
    }

    /// <summary>Hands the handler one event.</summary>
    private Task InvokeAsync(
        Subscription subscription, object handler, LogEntry entry, Application.Common.EventLog.Delivery delivery, CancellationToken cancellationToken)
    {
        var (domainEvent, logged) = (entry.Event, entry.Logged);
        return subscription.TakesEvent(domainEvent)
            ? MeasureAsync(subscription, logged, 1, delivery.Attempt, token => subscription.InvokeAsync(handler, domainEvent, logged, delivery, token), cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>Hands the handler all events together. In telemetry they are one, of the type of the first.</summary>
    private async Task<IReadOnlyList<FailedEvent>> InvokeAsync(
        Subscription subscription,
        IBatchHandler handler,
        IReadOnlyList<LogEntry> entries,
        Func<LogEntry, Application.Common.EventLog.Delivery> deliveryOf,
        CancellationToken cancellationToken)
    {
        Committed<IDomainEvent>[] batch =
        [
            .. entries.Where(entry => subscription.TakesEvent(entry.Event))
                .Select(entry => new Committed<IDomainEvent>(entry.Event, entry.Logged, deliveryOf(entry))),
        ];
        IReadOnlyList<FailedEvent> failed = [];
        if (batch is [var first, ..])
            await MeasureAsync(subscription, first.Logged, batch.Length, first.Delivery.Attempt, async token => failed = await handler.HandleAsync(batch, token), cancellationToken);
        return failed;
    }

    /// <summary>Runs the handler in a span of its own, linked to the trace in which the event happened, and within its time limit.</summary>
    private async Task MeasureAsync(
        Subscription subscription, LoggedEvent logged, int count, int attempt, Func<CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        var tags = new TagList { { "subscription", subscription.Name }, { "event", logged.Type } };
        using var span = Instrumentation.Source.HasListeners()
            ? Instrumentation.Source.StartActivity(
                ActivityKind.Consumer, default, tags, ActivityContext.TryParse(logged.TraceParent, null, isRemote: true, out var origin) ? [new(origin)] : null, name: subscription.Handler.Name)
            : null;
        span?.SetTag("taskmanagement.event_id", logged.EventId).SetTag("taskmanagement.attempt", attempt);
        var started = Stopwatch.GetTimestamp();
        var outcome = "failure";
        try
        {
            await RunWithinAsync(subscription.Policy.TimeLimit, handle, cancellationToken);
            outcome = "success";
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            tags.Add("outcome", outcome);
            Instrumentation.DeliveryDuration.Record(elapsed.TotalSeconds, tags);
            slow.Report(subscription.Name, logged.Type, elapsed / count);
        }
    }

    private static async Task RunWithinAsync(TimeSpan limit, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // On a thread of its own: a handler that blocks it would otherwise block whoever is to notice.
        var task = Task.Run(() => work(ending.Token), CancellationToken.None);
        try
        {
            await task.WaitAsync(limit, cancellationToken);
            return;
        }
        catch (Exception exception) when (!task.IsCompleted && exception is TimeoutException or OperationCanceledException)
        {
            await ending.CancelAsync();
            await Task.WhenAny(task, Task.Delay(Grace, CancellationToken.None));
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new TimeoutException($"The handler took longer than its limit of {limit.TotalSeconds:0.###} s.");
    }
}

/// <summary>What the transaction of a delivery is to settle.</summary>
/// <param name="Services">The scope of the delivery.</param>
/// <param name="Db">Its context; what the handler wrote is saved.</param>
/// <param name="Failed">The events that failed.</param>
internal sealed record Settlement(IServiceProvider Services, TaskManagementDbContext Db, IReadOnlyList<FailedEvent> Failed)
{
    /// <summary>How an event failed; null if it was handled.</summary>
    public Exception? FailureOf(LogEntry entry) => Failed.FirstOrDefault(failed => failed.EventId == entry.Logged.EventId)?.Exception;
}

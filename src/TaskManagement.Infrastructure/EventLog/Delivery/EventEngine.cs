using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// Delivers committed events to after-commit handlers. The nodes share the cursors by leases: each beats at a third of a lease's length,
/// which renews what it has and shows what is free; and it keeps a worker for every cursor that it has.
/// </summary>
internal sealed partial class EventEngine(
    SubscriptionCatalog catalog,
    CursorStore cursors,
    Sequencer sequencer,
    LogReader log,
    DeliveryRunner runner,
    EventSignals signals,
    EventTypes types,
    DatabaseClock clock,
    DatabaseProvider provider,
    EngineSafeguards safeguards,
    EngineGauges gauges,
    IServiceScopeFactory scopes,
    IOptions<EventsOptions> options,
    ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan AfterMiss = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<CursorKey, RunningWorker> _workers = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Suspects _suspects = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
    private readonly ILogger<EventEngine> _logger = loggers.CreateLogger<EventEngine>();

    /// <summary>This process among all that deliver from the same database.</summary>
    public string Node { get; } = Name();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request: what a new subscription is to see begins now.
        await cursors.RegisterAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (ExecuteTask is { IsCompleted: false })
            _ending.CancelAfter(TimeSpan.FromSeconds(options.Value.DrainSeconds));
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _writing.Dispose();
        _suspects.Dispose();
        _ending.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not in the flow of whoever starts the process.
        await Task.Yield();
        await Task.WhenAll(
            UntilStopped(() => sequencer.RunAsync(Node, stoppingToken), stoppingToken),
            UntilStopped(() => ListenAsync(stoppingToken), stoppingToken),
            UntilStopped(() => BeatAsync(stoppingToken), stoppingToken),
            UntilStopped(() => AcknowledgeAsync(stoppingToken), stoppingToken),
            UntilStopped(() => CleanAsync(stoppingToken), stoppingToken));
        await LeaveAsync();
    }

    private static string Name()
    {
        var machine = Environment.MachineName;
        return string.Create(
            CultureInfo.InvariantCulture, $"{machine[..Math.Min(machine.Length, 40)]}:{Environment.ProcessId}:{Guid.CreateVersion7():N}");
    }

    private static async Task UntilStopped(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    /// <summary>Hears of what other nodes have numbered. Whatever ends the connection, the beat goes on telling the same a little later.</summary>
    private async Task ListenAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await provider.ListenAsync(Node, signals.CommittedEvents.Set, stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                ListeningFailed(exception);
                await Task.Delay(TimeSpan.FromSeconds(2), stopping);
            }
        }
    }

    /// <summary>Every so often, writes how far the subscriptions have come that left no trace of it in the database: all in one statement.</summary>
    private async Task AcknowledgeAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.AcknowledgeMilliseconds));
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await AcknowledgeAllAsync(stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                AcknowledgingFailed(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            }
        }
    }

    private async Task CleanAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1));
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await cursors.CleanAsync(stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // What is old does no harm; the next round tries again.
                CleaningFailed(exception);
            }
        }
    }

    private async Task AcknowledgeAllAsync(CancellationToken cancellationToken)
    {
        Lease[] due = [.. _workers.Values.Select(running => running.Worker.Lease).Where(lease => lease.Handled > lease.Acknowledged)];
        if (due.Length == 0)
            return;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            foreach (var some in due.Chunk(100))
                await cursors.AcknowledgeAsync(some, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task BeatAsync(CancellationToken stopping)
    {
        while (true)
        {
            var changed = signals.Changes.Next;
            var next = _lease / 3;
            try
            {
                next = await BeatOnceAsync(stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                BeatFailed(exception);
                next = TimeSpan.FromSeconds(Math.Min(1, _lease.TotalSeconds / 6));
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(changed, Task.Delay(next, over.Token));
            await over.CancelAsync();
            stopping.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Renews the leases, gives up what was lost, takes what is free, and says when to look again.</summary>
    private async Task<TimeSpan> BeatOnceAsync(CancellationToken stopping)
    {
        var sentAt = Stopwatch.GetTimestamp();
        var states = options.Value.Deliver ? await BeatInTurnAsync(stopping) : [];
        if (states.Count == 0)
        {
            await sequencer.LookAsync(stopping);
            signals.CommittedEvents.Set();
            return _lease / 3;
        }

        clock.Set(states[0].Now, sentAt);
        signals.Advance(states[0].Head);
        if (states[0].Unnumbered > 0)
            signals.CommittedEvents.Set();
        gauges.Show(states);
        if (catalog.AnyChanging(states))
            await catalog.RefreshAsync(stopping);
        Follow(states, sentAt);
        var open = states.FindAll(state => state.Finished == 0 && catalog.Find(state.Subscription) is not null);
        var isMissed = await ShareAsync(open, states[0].OtherNodes + 1, stopping);
        await RepartitionAsync(open, stopping);

        if (isMissed)
            return AfterMiss;

        // A lease of someone else that runs out before the next beat is looked at when it does.
        var soonest = open.Where(state => !_workers.ContainsKey(state.Key) && state.LeaseLeft is > 0).Select(state => state.LeaseLeft!.Value + 20).DefaultIfEmpty(long.MaxValue).Min();
        return TimeSpan.FromMilliseconds(Math.Min((_lease / 3).TotalMilliseconds, Math.Max(soonest, 50)));
    }

    private async Task<List<CursorState>> BeatInTurnAsync(CancellationToken stopping)
    {
        await _writing.WaitAsync(stopping);
        try
        {
            return await cursors.BeatAsync(Node, _lease, stopping);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Follow(List<CursorState> states, long sentAt)
    {
        var mine = states.Where(IsMine).ToDictionary(state => state.Key);
        foreach (var (key, running) in _workers)
        {
            if (mine.TryGetValue(key, out var state) && state.Token == running.Worker.Lease.Token && state.Finished == 0 && !running.Task.IsCompleted)
            {
                running.Worker.Lease.Renewed(sentAt, _lease);
                if (catalog.Find(key.Subscription) is { } subscription)
                    running.Worker.Follow(state, subscription);
                else
                    BeginToStop(running, release: true);
            }
            else
            {
                BeginToStop(running, release: state?.Finished == 1);
            }
        }
    }

    /// <summary>Takes what is free up to this node's share, and gives back what is beyond it. Whether something could not be taken at this moment.</summary>
    private async Task<bool> ShareAsync(List<CursorState> open, int nodes, CancellationToken stopping)
    {
        var share = (open.Count + nodes - 1) / nodes;
        foreach (var surplus in _workers.Values.Where(running => running.Stopping is null).Skip(share).ToList())
            BeginToStop(surplus, release: true);
        var free = open.FindAll(state => !_workers.ContainsKey(state.Key) && (state.Holder is null || state.LeaseLeft <= 0 || IsMine(state)));
        Random.Shared.Shuffle(CollectionsMarshal.AsSpan(free));
        var isMissed = false;
        foreach (var state in free)
        {
            if (_workers.Count < share)
                isMissed |= !await TryTakeAsync(state, stopping);
            else if (IsMine(state))
                // Its worker came to an end without giving it back: each beat would renew the lease, and no one would ever work on it.
                await cursors.ReleaseAsync(new(state.Key, state.Token), stopping);
        }

        return isMissed;
    }

    private async Task<bool> TryTakeAsync(CursorState state, CancellationToken stopping)
    {
        var sentAt = Stopwatch.GetTimestamp();
        if (await cursors.TakeAsync(state, Node, _lease, stopping) is not { } lease)
            return false;
        lease.Renewed(sentAt, _lease);
        Start(catalog.Find(state.Subscription)!, lease, wasReleased: state.Holder is null, stopping);
        return true;
    }

    private bool IsMine(CursorState state) => string.Equals(state.Holder, Node, StringComparison.Ordinal);

    private void Start(Subscription subscription, Lease lease, bool wasReleased, CancellationToken stopping)
    {
        var logger = loggers.CreateLogger($"{typeof(EventEngine).Namespace}.{subscription.Name}");
        var failures = new Failures(subscription.Policy, lease.Key, clock, logger);
        var parking = new ParkingLot(subscription, lease, cursors, failures, log, runner, clock, scopes);
        var obstacles = new Obstacles(lease, cursors, logger);
        var attempts = new Attempts(subscription, lease, wasReleased, cursors, parking, runner, obstacles, _suspects, safeguards, logger);
        var worker = new Worker(subscription, lease, log, cursors, parking, attempts, obstacles, signals, types, clock, logger);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _workers[lease.Key] = new(worker, Task.Run(() => worker.RunAsync(stop.Token, _ending.Token), CancellationToken.None), stop);
        Taken(lease.Key, wasReleased ? "" : " after an unclean end");
    }

    private async Task RepartitionAsync(List<CursorState> open, CancellationToken stopping)
    {
        foreach (var partitions in open.Where(state => state.Replay == 0 && state.StopAt is not null).GroupBy(state => state.Subscription, StringComparer.Ordinal))
        {
            if (partitions.All(state => state.Position == state.StopAt))
                await cursors.RepartitionAsync(catalog.Find(partitions.Key)!, stopping);
        }
    }

    /// <summary>Lets a worker finish what it has in hand. The beat does not wait for it: meanwhile the leases, this one too, are renewed.</summary>
    private void BeginToStop(RunningWorker running, bool release) => running.Stopping ??= TryStopAsync(running, release);

    private async Task TryStopAsync(RunningWorker running, bool release)
    {
        try
        {
            await StopAsync(running, release);
            // Whoever is to have it next, this node or another, need not wait for the next beat.
            signals.Changed();
        }
        catch (Exception exception)
        {
            // The next beat sees that no one works on it.
            LeavingFailed(exception);
        }
    }

    private async Task StopAsync(RunningWorker running, bool release)
    {
        var lease = running.Worker.Lease;
        try
        {
            await running.Stop.CancelAsync();
            await running.Task;
            if (!release)
                return;
            // If another node has it by now, the token keeps these from doing anything.
            if (lease.Handled > lease.Acknowledged)
                await cursors.AcknowledgeAsync([lease], CancellationToken.None);
            await cursors.ReleaseAsync(lease, CancellationToken.None);
        }
        finally
        {
            // Not before: the beat takes or gives back what has no worker.
            _workers.TryRemove(lease.Key, out _);
            running.Worker.Dispose();
            running.Stop.Dispose();
        }
    }

    /// <summary>Lets the workers finish what they have begun, and gives everything back, so that another node goes on at once.</summary>
    private async Task LeaveAsync()
    {
        try
        {
            await Task.WhenAll(_workers.Values.Select(running => running.Stopping ?? StopAsync(running, release: !_ending.IsCancellationRequested || running.Task.IsCompletedSuccessfully)));
            await cursors.LeaveAsync(Node, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The leases run out by themselves.
            LeavingFailed(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Working on {Cursor}{Circumstance}")]
    private partial void Taken(CursorKey cursor, string circumstance);

    [LoggerMessage(2, LogLevel.Warning, "The database can't be asked who works on which subscription; this is tried again")]
    private partial void BeatFailed(Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The database can't be listened to; until it can, events of other nodes are seen a little later")]
    private partial void ListeningFailed(Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "Progress could not be written; this is tried again")]
    private partial void AcknowledgingFailed(Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Subscriptions could not be given back; this node tries again, or others take them over when the leases have run out")]
    private partial void LeavingFailed(Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Nodes that are gone and replays that are over could not be forgotten")]
    private partial void CleaningFailed(Exception exception);

    private sealed record RunningWorker(Worker Worker, Task Task, CancellationTokenSource Stop)
    {
        /// <summary>Set when it is to end, and done when it has.</summary>
        public Task? Stopping { get; set; }
    }
}

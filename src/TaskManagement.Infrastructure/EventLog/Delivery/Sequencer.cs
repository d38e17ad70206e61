using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// Gives committed events their positions: the order in which everyone reads them. Every node does so for what it commits, one at a time: the
/// database elects one for each batch by a lock, so none has to be waited for when a node dies.
/// </summary>
internal sealed partial class Sequencer(
    IServiceScopeFactory scopes, DatabaseProvider provider, EventSignals signals, EngineSafeguards safeguards, ILogger<Sequencer> logger)
{
    // Under load, events are numbered, and handlers woken, so many at a time rather than one by one.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Numbers events as they are committed here, until the process ends.</summary>
    /// <param name="node">This node, for the others.</param>
    /// <param name="stopping">Fires when the process ends.</param>
    public async Task RunAsync(string node, CancellationToken stopping)
    {
        while (true)
        {
            var committed = signals.CommittedEvents.Next;
            var pace = Task.Delay(Pace, stopping);
            try
            {
                if (await NumberAsync(stopping) > 0)
                    await NotifyAsync(node, stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // What was not numbered now will be with the next batch.
                Failed(exception);
                pace = Task.Delay(PauseAfterFailure, stopping);
                signals.CommittedEvents.Set();
            }

            await pace;
            await committed.WaitAsync(stopping);
        }
    }

    /// <summary>Numbers everything that is committed; returns how many events that were.</summary>
    public async Task<long> NumberAsync(CancellationToken cancellationToken)
    {
        if ((safeguards.Sequencer ? provider.Events.Number : provider.Events.NumberById) is not { } statement)
        {
            signals.Advance(signals.LastCommittedId);
            return 0;
        }

        long total = 0;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        Numbered numbered;
        do
        {
            numbered = (await db.Database.SqlQueryRaw<Numbered>(statement).ToListAsync(cancellationToken))[0];
            signals.Advance(numbered.Head);
            total += numbered.Count;
        }
        while (numbered.Count == EventStatements.NumberingBatch);

        Instrumentation.EventsNumbered.Add(total);
        return total;
    }

    /// <summary>Looks how far the log goes: where ids are positions, this alone tells what another process has committed.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        signals.Advance(await scope.ServiceProvider.GetRequiredService<IEventSearch>().HeadAsync(cancellationToken));
    }

    private async Task NotifyAsync(string node, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await provider.NotifyAsync(scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>(), node, cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "Events could not be given their positions; this is tried again")]
    private partial void Failed(Exception exception);

    private sealed record Numbered
    {
        public required int Count { get; init; }

        public required long Head { get; init; }
    }
}

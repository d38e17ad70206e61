using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.CrashTests.Checking;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.CrashTests.Node;

/// <summary>Leaves the traces by which the checker knows what handlers did: rows in the delivery's transaction, and lines outside.</summary>
internal sealed class EffectRecorder(TaskManagementDbContext db, OutsideFile outside, CrashSettings settings, TimeProvider clock)
{
    /// <summary>Notes that a handler was called.</summary>
    public Invocation Begin<TEvent>(Committed<TEvent> committed)
        where TEvent : IDomainEvent
    {
        var invocation = new Invocation(committed.Logged, committed.Delivery, Guid.CreateVersion7());
        Add(OutsideStep.Began, invocation);
        return invocation;
    }

    /// <summary>Writes the effect inside: a row in the transaction of the delivery.</summary>
    public Task KeepAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (logged, delivery, id) = invocation;
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO crash_effects (subscription, event_id, stream_id, version, position, invocation)
            VALUES ({delivery.Subscription}, {logged.EventId}, {logged.StreamId}, {logged.StreamVersion}, {logged.Position ?? 0}, {id})
            """,
            cancellationToken);
    }

    /// <summary>Does the effect outside.</summary>
    public void Act(Invocation invocation) => Add(OutsideStep.Acted, invocation);

    /// <summary>All that most handlers do.</summary>
    public async Task RecordAsync<TEvent>(Committed<TEvent> committed, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        var invocation = Begin(committed);
        await KeepAsync(invocation, cancellationToken);
        Act(invocation);
    }

    private void Add(OutsideStep step, Invocation invocation)
    {
        var (logged, delivery, id) = invocation;
        outside.Add(new(
            step, delivery.Subscription, logged.EventId, logged.StreamId, logged.StreamVersion, delivery.Attempt, id, settings.Process, clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }
}

/// <summary>One run of a handler.</summary>
/// <param name="Logged">The event.</param>
/// <param name="Delivery">Which delivery of it.</param>
/// <param name="Id">Identifies the run.</param>
internal sealed record Invocation(LoggedEvent Logged, Delivery Delivery, Guid Id);

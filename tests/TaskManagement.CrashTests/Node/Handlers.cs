using System.Diagnostics;
using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks;
using TaskManagement.CrashTests.Checking;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.CrashTests.Node;

/// <summary>All events, one by one.</summary>
[Subscription("crash-plain", StartFrom = StartFrom.Beginning, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordPlainly(EffectRecorder effects) : INotificationHandler<Committed<IDomainEvent>>
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken) => effects.RecordAsync(notification, cancellationToken);
}

/// <summary>All events, each aggregate's in one of four partitions.</summary>
[Subscription("crash-partitioned", StartFrom = StartFrom.Beginning, Partitions = 4, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordInPartitions(EffectRecorder effects) : INotificationHandler<Committed<IDomainEvent>>
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken) => effects.RecordAsync(notification, cancellationToken);
}

/// <summary>All events, fifty in one transaction.</summary>
[Subscription("crash-batched", StartFrom = StartFrom.Beginning, BatchSize = 50, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordInBatches(EffectRecorder effects) : INotificationHandler<Committed<IDomainEvent>>
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken) => effects.RecordAsync(notification, cancellationToken);
}

/// <summary>All events, twenty at once. Of some aggregates it says at first that they failed, and leaves their later events alone.</summary>
[Subscription("crash-together", StartFrom = StartFrom.Beginning, Partitions = 2, BatchSize = 20, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordTogether(EffectRecorder effects) : INotificationHandler<Committed<IDomainEvent>>, IBatchHandler
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken) => effects.RecordAsync(notification, cancellationToken);

    public async Task<IReadOnlyList<FailedEvent>> HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken)
    {
        var failed = new List<FailedEvent>();
        foreach (var lane in batch.GroupBy(committed => committed.Logged.StreamId))
        {
            foreach (var committed in lane)
            {
                if (committed.Delivery.Attempt == 1 && committed.Logged.EventId.ToByteArray()[^1] % 16 == 0)
                {
                    failed.Add(new(committed.Logged.EventId, new InvalidOperationException("Not at the first attempt.")));
                    break;
                }

                await effects.RecordAsync(committed, cancellationToken);
            }
        }

        return failed;
    }
}

/// <summary>All events: those of completed tasks inside and outside, all others outside only.</summary>
[Subscription("crash-outside", StartFrom = StartFrom.Beginning, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class TellOutside(EffectRecorder effects) : INotificationHandler<Committed<IDomainEvent>>
{
    public async Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        if (notification.Event is TaskCompleted)
            await effects.KeepAsync(invocation, cancellationToken);
        effects.Act(invocation);
    }
}

/// <summary>Takes its time.</summary>
[Subscription("crash-slow", StartFrom = StartFrom.Beginning, Partitions = 2, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordSlowly(EffectRecorder effects, CrashSettings settings) : INotificationHandler<Committed<TaskCompleted>>
{
    public async Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        await effects.KeepAsync(invocation, cancellationToken);
        await Task.Delay(2 * Fate.Lot(settings.Seed, notification.Logged.EventId, notification.Delivery.Attempt), cancellationToken);
        effects.Act(invocation);
    }
}

/// <summary>Throws at random, before its effects or after them.</summary>
[Subscription("crash-flaky", StartFrom = StartFrom.Beginning, BackoffBaseSeconds = 0.1, BackoffCapSeconds = 1, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordOnGoodDays(EffectRecorder effects, CrashSettings settings) : INotificationHandler<Committed<TaskStatusChanged>>
{
    public async Task Handle(Committed<TaskStatusChanged> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        var lot = Fate.Lot(settings.Seed, notification.Logged.EventId, notification.Delivery.Attempt);
        if (lot < 10)
            throw new InvalidOperationException("A bad day, before anything is done.");
        await effects.KeepAsync(invocation, cancellationToken);
        effects.Act(invocation);
        if (lot < 20)
            throw new InvalidOperationException("A bad day, after everything is done.");
    }
}

/// <summary>Can't ever handle some events; what follows them waits.</summary>
[Subscription("crash-permanent", StartFrom = StartFrom.Beginning, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordUnlessDoomed(EffectRecorder effects) : INotificationHandler<Committed<TaskDetailsChanged>>
{
    public Task Handle(Committed<TaskDetailsChanged> notification, CancellationToken cancellationToken) =>
        notification.Logged.Payload.Contains(Fate.FailsForGood, StringComparison.Ordinal)
            ? throw new PermanentFailureException($"This one {Fate.FailsForGood}.")
            : effects.RecordAsync(notification, cancellationToken);
}

/// <summary>Can't ever handle some events, and says so by an exception of its own; what follows them is delivered.</summary>
[Subscription(
    "crash-leaving",
    StartFrom = StartFrom.Beginning,
    AfterDeadLetter = AfterDeadLetter.Continue,
    PermanentExceptions = [typeof(ArgumentException)],
    BackoffBaseSeconds = 0.2,
    BackoffCapSeconds = 2,
    MaxAttempts = 50,
    MaxCrashes = 50)]
internal sealed class RecordAndLeaveDoomedBehind(EffectRecorder effects) : INotificationHandler<Committed<TaskDetailsChanged>>
{
    public async Task Handle(Committed<TaskDetailsChanged> notification, CancellationToken cancellationToken)
    {
        await effects.RecordAsync(notification, cancellationToken);
        if (notification.Logged.Payload.Contains(Fate.FailsForGood, StringComparison.Ordinal))
            throw new ArgumentOutOfRangeException(nameof(notification), $"This one {Fate.FailsForGood}.");
    }
}

/// <summary>Takes too long over some events: some the first time, deaf to cancellation; some each time.</summary>
[Subscription("crash-hanging", StartFrom = StartFrom.Beginning, TimeLimitSeconds = 1, MaxAttempts = 4, MaxCrashes = 50, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 1)]
internal sealed class RecordInTimeOrNot(EffectRecorder effects) : INotificationHandler<Committed<TaskCancelled>>, INotificationHandler<Committed<TaskReopened>>
{
    public async Task Handle(Committed<TaskCancelled> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        if (notification.Logged.Payload.Contains(Fate.HangsForever, StringComparison.Ordinal))
            await Task.Delay(Timeout.Infinite, cancellationToken);
        await effects.KeepAsync(invocation, cancellationToken);
        if (notification.Delivery.Attempt == 1 && notification.Logged.Payload.Contains(Fate.HangsOnce, StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromSeconds(4), CancellationToken.None);
        effects.Act(invocation);
    }

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) => effects.RecordAsync(notification, cancellationToken);
}

/// <summary>Ends the process over some events.</summary>
[Subscription("crash-poison", StartFrom = StartFrom.Beginning, MaxAttempts = 3, BackoffBaseSeconds = 0.1, BackoffCapSeconds = 1)]
internal sealed class RecordUnlessKilled(EffectRecorder effects, CrashSettings settings) : INotificationHandler<Committed<TaskCreated>>
{
    public async Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        await effects.KeepAsync(invocation, cancellationToken);
        if (notification.Logged.Payload.Contains(Fate.KillsProcess, StringComparison.Ordinal))
        {
            if (Fate.Lot(settings.Seed, notification.Logged.EventId, notification.Delivery.Attempt) < 50)
                Environment.FailFast("An event that ends the process.");
            Process.GetCurrentProcess().Kill();
        }

        effects.Act(invocation);
    }
}

/// <summary>Changes the task that was completed, by a command.</summary>
[Subscription("crash-follow-up", StartFrom = StartFrom.Beginning, BackoffBaseSeconds = 0.1, BackoffCapSeconds = 1, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RetitleCompletedTask(EffectRecorder effects, ISender sender) : INotificationHandler<Committed<TaskCompleted>>
{
    public async Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        var patch = new TaskPatch { Description = new($"Completed by event {notification.Logged.EventId}, in run {invocation.Id}.") };
        await sender.Send(new UpdateTask(notification.Event.TaskId, ExpectedVersion: null, patch), cancellationToken);
        await effects.KeepAsync(invocation, cancellationToken);
        effects.Act(invocation);
    }
}

/// <summary>Records a fact.</summary>
[Subscription("crash-fact", StartFrom = StartFrom.Beginning, BackoffBaseSeconds = 0.1, BackoffCapSeconds = 1, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordFact(EffectRecorder effects, IFacts facts) : INotificationHandler<Committed<TaskReopened>>
{
    public async Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        await facts.RecordAsync("crash", notification.Logged.EventId, new CrashNoted(notification.Event.TaskId, invocation.Id), cancellationToken);
        await effects.KeepAsync(invocation, cancellationToken);
        effects.Act(invocation);
    }
}

/// <summary>Waits between its effect inside and its effect outside while the gate of its process is closed, whatever anyone says.</summary>
[Subscription("crash-gated", StartFrom = StartFrom.Beginning, BackoffBaseSeconds = 0.2, BackoffCapSeconds = 2, MaxAttempts = 50, MaxCrashes = 50)]
internal sealed class RecordThroughGate(EffectRecorder effects, CrashSettings settings) : INotificationHandler<Committed<TaskPrioritized>>
{
    public async Task Handle(Committed<TaskPrioritized> notification, CancellationToken cancellationToken)
    {
        var invocation = effects.Begin(notification);
        await effects.KeepAsync(invocation, cancellationToken);
        while (File.Exists(Path.Combine(settings.Gates, settings.Process)))
            await Task.Delay(20, CancellationToken.None);
        effects.Act(invocation);
    }
}

/// <summary>Refuses some changes when their events are dispatched already, and tells which.</summary>
internal sealed class RefuseBeforeCommit(OutsideFile outside, CrashSettings settings, TimeProvider clock) : INotificationHandler<TaskDetailsChanged>
{
    public Task Handle(TaskDetailsChanged notification, CancellationToken cancellationToken)
    {
        if (notification.Title?.After.Contains(Fate.RefusedBeforeCommit, StringComparison.Ordinal) != true)
            return Task.CompletedTask;
        outside.Add(new(
            OutsideStep.RolledBack, "-", notification.EventId, notification.TaskId.Value, 0, 0, Guid.Empty, settings.Process, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        throw new DomainException("crash.refused", "The change is refused.");
    }
}

/// <summary>A fact that a handler of the test recorded.</summary>
/// <param name="TaskId">The task that led to it.</param>
/// <param name="Invocation">The run of the handler.</param>
[EventType("crash.noted", 1)]
public sealed record CrashNoted(TaskId TaskId, Guid Invocation) : DomainEvent;

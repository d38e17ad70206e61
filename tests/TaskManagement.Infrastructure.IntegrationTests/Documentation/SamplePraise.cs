using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.IntegrationTests.Documentation;

internal enum Praise
{
    Good,
    VeryGood,
}

internal interface IPraise : IDomainEvent;

/// <summary>A sample was praised,
/// see <see cref="Documentation.Praise"/>.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Praise">How much, a | b.</param>
/// <param name="Words">In which words; <see cref="Domain.Tasks.Events.TaskCreated"/> has none.</param>
/// <param name="Grades">The grades.</param>
[EventType("sample.praised", 1)]
internal sealed record SamplePraised(TaskId TaskId, Praise? Praise, IReadOnlyList<string> Words, Change<int>? Grades) : DomainEvent, IPraise
{
    /// <summary>Why, if anyone said so.</summary>
    public string? Reason { get; init; }
}

[EventType("sample.blamed", 1)]
internal sealed record SampleBlamed(TaskId TaskId) : DomainEvent;

/// <summary>Grades what is praised.</summary>
internal sealed class SampleGrader : INotificationHandler<SamplePraised>
{
    public Task Handle(SamplePraised notification, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Remembers praise.</summary>
internal sealed class RememberPraise : INotificationHandler<Committed<SamplePraised>>, INotificationHandler<Committed<IPraise>>
{
    public Task Handle(Committed<SamplePraised> notification, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Handle(Committed<IPraise> notification, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Watches.</summary>
[Subscription("all-of-it", MaxAttempts = 1, BackoffBaseSeconds = 0.5, TimeLimitSeconds = 5, Partitions = 4, BatchSize = 100, StartFrom = StartFrom.Beginning,
    Replayable = true, AfterDeadLetter = AfterDeadLetter.Continue, PermanentExceptions = [typeof(FormatException)])]
internal sealed class WatchEverything : INotificationHandler<Committed<IDomainEvent>>, IRebuildable
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ResetAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

// What the rules are there to find: each type is wrong in the way its name says.
namespace TaskManagement.ArchitectureTests.Samples
{
    [EventType("task.settled", 1)]
    internal sealed record TaskSettled(TaskId TaskId) : DomainEvent;

    internal sealed class TaskMentionsTheDatabase(DbContext database)
    {
        public void Save() => database.SaveChanges();
    }

    internal sealed class MentionsTheWeb
    {
        public static string Method(object context) => ((HttpContext)context).Request.Method;
    }

    public class UnsealedPublicClass;

    internal static class TaskEndpoints;

    public sealed record LonelyRequest : ICommand<string>;

    [Requires(Scopes.None)]
    internal sealed record RawRequest : IRequest<string>;

    internal sealed class RawRequestHandler : IRequestHandler<RawRequest, string>
    {
        public Task<string> Handle(RawRequest request, CancellationToken cancellationToken) => Task.FromResult("");
    }

    internal sealed class RawRequestValidator : AbstractValidator<RawRequest>;

    internal sealed class SecondRawRequestValidator : AbstractValidator<RawRequest>;

    [Requires(Scopes.None)]
    internal record UnsealedQuery : IQuery<string>;

    internal sealed class UnsealedQueryHandler : IRequestHandler<UnsealedQuery, string>
    {
        public Task<string> Handle(UnsealedQuery request, CancellationToken cancellationToken) => Task.FromResult("");
    }

    internal sealed class UnsealedQueryValidator : AbstractValidator<UnsealedQuery>;

    [Requires(Scopes.TasksWrite, ProjectRole.Editor)]
    internal sealed record UncheckedCommand(TaskId TaskId) : ICommand<string>;

    internal sealed class TaskCompletedHandler : INotificationHandler<Domain.Tasks.Events.TaskCompleted>
    {
        public Task Handle(Domain.Tasks.Events.TaskCompleted notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public class PublicValidator : AbstractValidator<LonelyRequest>;

    public class OpenAggregate : AggregateRoot
    {
#pragma warning disable CA1051, MA0069 // the fault that is looked for
        public int Field;
#pragma warning restore CA1051, MA0069

        public string Title { get; set; } = "";

        public override string StreamType => "open";

        public override Guid StreamId => Guid.Empty;

        protected override void Apply(IDomainEvent happened)
        {
        }
    }
}

namespace TaskManagement.ArchitectureTests.Samples.Events
{
    [EventType("task.praised", 1)]
    internal sealed record TaskPraised(TaskId TaskId, IReadOnlyList<string> Words, DueDate? Due, Change<string> Title) : DomainEvent;

    [EventType("task.unsealed", 1)]
    internal record TaskUnsealed(TaskId TaskId) : DomainEvent;

    [EventType("task.classed", 1)]
    internal sealed class TaskClassed : IDomainEvent
    {
        public Guid EventId { get; init; }

        public DateTimeOffset OccurredAt { get; init; }
    }

    [EventType("task.settable", 1)]
    internal sealed record TaskSetted : DomainEvent
    {
        public string Title { get; set; } = "";
    }

    internal sealed record Note
    {
        public string Text { get; set; } = "";
    }

    [EventType("task.noted", 1)]
    internal sealed record TaskNoted(IReadOnlyList<Note> Notes) : DomainEvent;

    [EventType("task.listed", 1)]
    internal sealed record TaskListed(List<string> Names) : DomainEvent;

    [EventType("task.arrayed", 1)]
    internal sealed record TaskArrayed(Change<string[]> Names) : DomainEvent;

    [EventType("task.entangled", 1)]
    internal sealed record TaskEntangled(IReadOnlyList<Project> Projects) : DomainEvent;

    [EventType("task.complete", 1)]
    internal sealed record TaskComplete(TaskId TaskId) : DomainEvent;

    [EventType("task.proceed", 1)]
    internal sealed record TaskProceed(TaskId TaskId) : DomainEvent;

    [EventType("task.finished", 1)]
    internal sealed record TaskMisnamed(TaskId TaskId) : DomainEvent;

    [EventType("task.StatusAltered", 1)]
    internal sealed record TaskStatusAltered(TaskId TaskId) : DomainEvent;

    internal sealed record TaskUnnamed(TaskId TaskId) : DomainEvent;

    [EventType("nothing.done", 1)]
    internal sealed record NothingHappened(TaskId TaskId) : DomainEvent;
}

namespace TaskManagement.ArchitectureTests.Samples.Doubles.Events
{
    [EventType("task.praised", 1)]
    internal sealed record TaskPraised(TaskId TaskId) : DomainEvent;
}

namespace TaskManagement.ArchitectureTests.Samples.Reactions
{
    internal sealed class PraiseWhoCompletedTask : INotificationHandler<Domain.Tasks.Events.TaskCompleted>
    {
        public Task Handle(Domain.Tasks.Events.TaskCompleted notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    internal sealed class PraiseHandler : INotificationHandler<Domain.Tasks.Events.TaskCompleted>
    {
        public Task Handle(Domain.Tasks.Events.TaskCompleted notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

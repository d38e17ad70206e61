using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>Writes to people about tasks. Nobody is told of what they did themselves.</summary>
internal sealed class TaskMail(INotificationSender sender, ITaskPeople tasks)
{
    /// <summary>Tells one person what happened to a task.</summary>
    /// <param name="committed">What happened.</param>
    /// <param name="task">The task.</param>
    /// <param name="recipient">The person; null for no one.</param>
    /// <param name="because">Why it is this person who is told, after the word because.</param>
    /// <param name="news">What happened, in words.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    public async Task TellAsync<TEvent>(
        Committed<TEvent> committed, TaskId task, UserId? recipient, string because, TaskNews news, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        if (recipient is { } person && !IsDoneBy(person, committed.Logged) && await tasks.FindAsync(task, cancellationToken) is { } heading)
            await TellAsync(committed, task, heading, person, because, news, cancellationToken);
    }

    /// <inheritdoc cref="TellAsync{TEvent}(Committed{TEvent}, TaskId, UserId?, string, TaskNews, CancellationToken)" />
    public async Task TellAsync<TEvent>(
        Committed<TEvent> committed,
        TaskId task,
        TaskHeading heading,
        UserId recipient,
        string because,
        TaskNews news,
        CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        var logged = committed.Logged;
        if (IsDoneBy(recipient, logged))
            return;
        var name = heading.Key is { } key ? $"{key} {heading.Title}" : heading.Title;
        string?[] lines =
        [
            $"{name} {news.Predicate}.",
            news.Detail ?? (news.SaysWhenDue && heading.Due is { } due ? $"It is due {TaskNews.InWords(due)}." : null),
            "",
            $"Task {task}",
            $"You get this because {because}.",
        ];
        await sender.SendAsync(
            new(
                $"{logged.EventId}.{recipient}.{committed.Delivery.Subscription}",
                recipient,
                $"{news.Headline}: {name}",
                string.Concat(lines.Where(line => line is not null).Select(line => line + "\n")),
                logged.EventId,
                logged.OccurredAt,
                task.Value),
            cancellationToken);
    }

    private static bool IsDoneBy(UserId person, LoggedEvent logged) => new ActorId(logged.Actor).Person() == person;
}

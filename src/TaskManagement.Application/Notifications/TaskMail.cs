using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Notifications;

/// <summary>Writes to people about tasks.</summary>
internal sealed class TaskMail(INotificationSender sender, ITaskPeople tasks, TaskAudience audience)
{
    /// <summary>Tells those whom an event concerns for one reason what happened.</summary>
    /// <param name="committed">What happened.</param>
    /// <param name="concern">The reason.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <exception cref="PermanentFailureException">Some were refused for good. All others have been told.</exception>
    public async Task TellAsync<TEvent>(Committed<TEvent> committed, Concern concern, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        if (!sender.IsOn)
            return;
        var told = (await audience.FindAsync(committed, NotificationChannel.Mail, last: concern, cancellationToken)).Where(one => one.Concern == concern).ToList();
        if (told.Count == 0 || await tasks.FindAsync(new(committed.Logged.StreamId), cancellationToken) is not { } heading)
            return;
        var refused = new List<PermanentFailureException>();
        foreach (var one in told)
        {
            try
            {
                await sender.SendAsync(Compose(committed, one, heading), cancellationToken);
            }
            catch (PermanentFailureException failure)
            {
                // One address that is refused keeps no one else from being told.
                refused.Add(failure);
            }
        }

        if (refused.Count > 0)
            throw new PermanentFailureException(string.Join(' ', refused.Select(failure => failure.Message)), refused[0]);
    }

    private static Message Compose<TEvent>(Committed<TEvent> committed, Told told, TaskHeading heading)
        where TEvent : IDomainEvent
    {
        var (logged, news) = (committed.Logged, TaskNews.Of(committed.Event, told.Concern));
        var name = heading.Key is { } key ? $"{key} {heading.Title}" : heading.Title;
        string?[] lines =
        [
            $"{name} {news.Predicate}.",
            news.Detail ?? (news.SaysWhenDue && heading.Due is { } due ? $"It is due {TaskNews.InWords(due)}." : null),
            "",
            $"Task {logged.StreamId}",
            $"You get this because {Because(told.Concern)}.",
        ];
        return new(
            $"{logged.EventId}.{told.Person}.{committed.Delivery.Subscription}",
            told.Person,
            $"{news.Headline}: {name}",
            string.Concat(lines.Where(line => line is not null).Select(line => line + "\n")),
            logged.EventId,
            logged.OccurredAt,
            logged.StreamId);
    }

    private static string Because(Concern concern) => concern switch
    {
        Concern.Mentioned => "the comment mentions you",
        Concern.Assignee => "the task is assigned to you",
        Concern.PreviousAssignee => "the task was assigned to you before",
        Concern.Creator => "you created the task",
        _ => "you watch the task",
    };
}

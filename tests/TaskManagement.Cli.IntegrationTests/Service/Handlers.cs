using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Cli.IntegrationTests.Service;

/// <summary>What the title of a new task makes handlers do, until a file of the name <see cref="Healed"/> is in the service's folder.</summary>
internal static class Fate
{
    public const string FailsForGood = "fails-for-good";
    public const string Fails = "fails-and-waits";
    public const string IsSlow = "is-slow";
    public const string Healed = "healed";

    public static async Task MeetAsync(string title, CancellationToken cancellationToken)
    {
        if (title.Contains(IsSlow, StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
        if (File.Exists(Healed))
            return;
        if (title.Contains(FailsForGood, StringComparison.Ordinal))
            throw new PermanentFailureException("There is no such mailbox.");
        if (title.Contains(Fails, StringComparison.Ordinal))
            throw new InvalidOperationException("The mail server is away.");
    }
}

[Subscription("test-mail", Replayable = true, BackoffBaseSeconds = 600, BackoffCapSeconds = 600)]
internal sealed class MailAboutTask : INotificationHandler<Committed<TaskCreated>>, INotificationHandler<Committed<TaskDetailsChanged>>
{
    public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) =>
        Fate.MeetAsync(notification.Event.Title, cancellationToken);

    public Task Handle(Committed<TaskDetailsChanged> notification, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>For what would disturb the others: it is sent back, and stopped.</summary>
[Subscription("test-moved", Replayable = true)]
internal sealed class MoveAbout : INotificationHandler<Committed<TaskCreated>>
{
    public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Begins anew whenever it is sent back.</summary>
[Subscription("test-picture")]
internal sealed class DrawPicture : INotificationHandler<Committed<TaskCreated>>, IRebuildable
{
    public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ResetAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Changes something by a command, if it is asked to.</summary>
[Subscription("test-label")]
internal sealed class LabelTask(ISender sender) : INotificationHandler<Committed<TaskCreated>>
{
    public const string Label = "label-me";

    public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) =>
        notification.Event.Title.Contains(Label, StringComparison.Ordinal)
            ? sender.Send(new UpdateTask(notification.Event.TaskId, null, new TaskPatch { Labels = new(["labelled"]) }), cancellationToken)
            : Task.CompletedTask;
}

using TaskManagement.Application.Accounts;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Common;

/// <summary>What queries read: untracked, deleted ones included, and of what belongs to projects and people only what the caller may see.</summary>
public interface IReadDatabase
{
    /// <summary>The tasks.</summary>
    IQueryable<TaskItem> Tasks { get; }

    /// <summary>All comments on tasks.</summary>
    IQueryable<TaskComment> TaskComments { get; }

    /// <summary>Who watches tasks.</summary>
    IQueryable<TaskWatcher> TaskWatchers { get; }

    /// <summary>All notifications.</summary>
    IQueryable<Notification> Notifications { get; }

    /// <summary>What people want to be told of, where it is not the default.</summary>
    IQueryable<NotificationPreference> NotificationPreferences { get; }

    /// <summary>The projects.</summary>
    IQueryable<Project> Projects { get; }

    /// <summary>The webhooks.</summary>
    IQueryable<Webhook> Webhooks { get; }

    /// <summary>How webhooks that are not deleted are reached.</summary>
    IQueryable<WebhookEndpoint> WebhookEndpoints { get; }

    /// <summary>All access tokens, or rather their hashes.</summary>
    IQueryable<AccessToken> AccessTokens { get; }

    /// <summary>The accounts that are not deleted.</summary>
    IQueryable<AccountRow> Accounts { get; }

    /// <summary>All sessions, or rather the hashes of their tokens.</summary>
    IQueryable<Session> Sessions { get; }

    /// <summary>All kinds of failures that alerts were raised about.</summary>
    IQueryable<Alert> Alerts { get; }

    /// <summary>What happened to tasks, by day, project and person.</summary>
    IQueryable<AnalyticsDay> AnalyticsDays { get; }

    /// <summary>One of <see cref="Tasks"/>, the fast way; null if there is none.</summary>
    Task<TaskItem?> FindTaskAsync(TaskId id, CancellationToken cancellationToken);
}

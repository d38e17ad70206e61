using TaskManagement.Application.Analytics;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Common;

/// <summary>What queries read: untracked, deleted ones included.</summary>
public interface IReadDatabase
{
    /// <summary>All tasks.</summary>
    IQueryable<TaskItem> Tasks { get; }

    /// <summary>All projects.</summary>
    IQueryable<Project> Projects { get; }

    /// <summary>All webhooks.</summary>
    IQueryable<Webhook> Webhooks { get; }

    /// <summary>How webhooks that are not deleted are reached.</summary>
    IQueryable<WebhookEndpoint> WebhookEndpoints { get; }

    /// <summary>All access tokens, or rather their hashes.</summary>
    IQueryable<AccessToken> AccessTokens { get; }

    /// <summary>All kinds of failures that alerts were raised about.</summary>
    IQueryable<Alert> Alerts { get; }

    /// <summary>What happened to tasks, by day, project and person.</summary>
    IQueryable<AnalyticsDay> AnalyticsDays { get; }
}

using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Infrastructure.Persistence.Repositories;

internal sealed class ReadDatabase(TaskManagementDbContext db, CompiledQueries queries, Visibility visibility, ICallContext call) : IReadDatabase
{
    private readonly Viewer _viewer = Viewer.Of(call);

    public IQueryable<TaskItem> Tasks => visibility.Tasks(_viewer);

    public IQueryable<TaskComment> TaskComments => db.TaskComments.AsNoTracking();

    public IQueryable<TaskWatcher> TaskWatchers => db.TaskWatchers.AsNoTracking();

    public IQueryable<Notification> Notifications => db.Notifications.AsNoTracking();

    public IQueryable<NotificationPreference> NotificationPreferences => db.NotificationPreferences.AsNoTracking();

    public IQueryable<Project> Projects => visibility.Projects(_viewer);

    public IQueryable<Webhook> Webhooks => visibility.Webhooks(_viewer);

    public IQueryable<WebhookEndpoint> WebhookEndpoints => db.WebhookEndpoints.AsNoTracking();

    public IQueryable<AccessToken> AccessTokens => db.AccessTokens.AsNoTracking();

    public IQueryable<AccountRow> Accounts => db.Accounts.AsNoTracking().Where(account => account.DeletedAt == null).Select(Identity.Accounts.AsRow);

    public IQueryable<Session> Sessions => db.Sessions.AsNoTracking();

    public IQueryable<Alert> Alerts => db.Alerts.AsNoTracking();

    public IQueryable<AnalyticsDay> AnalyticsDays => visibility.AnalyticsDays(_viewer);

    public Task<TaskItem?> FindTaskAsync(TaskId id, CancellationToken cancellationToken) => _viewer.SeesEverything
        ? queries.Task(db, id, cancellationToken)
        : Tasks.SingleOrDefaultAsync(task => task.Id == id, cancellationToken);
}

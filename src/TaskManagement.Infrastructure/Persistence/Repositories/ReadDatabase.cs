using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Infrastructure.Persistence.Repositories;

internal sealed class ReadDatabase(TaskManagementDbContext db) : IReadDatabase
{
    public IQueryable<TaskItem> Tasks => db.Tasks.AsNoTracking();

    public IQueryable<Project> Projects => db.Projects.AsNoTracking();

    public IQueryable<Webhook> Webhooks => db.Webhooks.AsNoTracking();

    public IQueryable<WebhookEndpoint> WebhookEndpoints => db.WebhookEndpoints.AsNoTracking();

    public IQueryable<AccessToken> AccessTokens => db.AccessTokens.AsNoTracking();

    public IQueryable<Alert> Alerts => db.Alerts.AsNoTracking();

    public IQueryable<AnalyticsDay> AnalyticsDays => db.AnalyticsDays.AsNoTracking();
}

using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Idempotency;
using TaskManagement.Infrastructure.Identity;
using TaskManagement.Infrastructure.Messaging.Webhooks;

namespace TaskManagement.Infrastructure.Persistence;

/// <summary>
/// The one model. Each database has a context class of its own, which adds nothing but its migrations and how it keeps times.
/// </summary>
/// <remarks>Contexts are pooled: one that is given back serves another scope.</remarks>
/// <param name="options">The provider and its connection.</param>
public abstract class TaskManagementDbContext(DbContextOptions options) : DbContext(options)
{
    internal DbSet<TaskItem> Tasks => Set<TaskItem>();

    internal DbSet<TaskComment> TaskComments => Set<TaskComment>();

    internal DbSet<TaskWatcher> TaskWatchers => Set<TaskWatcher>();

    internal DbSet<Notification> Notifications => Set<Notification>();

    internal DbSet<NotificationPreference> NotificationPreferences => Set<NotificationPreference>();

    internal DbSet<Project> Projects => Set<Project>();

    internal DbSet<Team> Teams => Set<Team>();

    internal DbSet<TaskCounter> TaskCounters => Set<TaskCounter>();

    internal DbSet<EventRecord> EventLog => Set<EventRecord>();

    internal DbSet<EventCursor> EventCursors => Set<EventCursor>();

    internal DbSet<ParkedEvent> ParkedEvents => Set<ParkedEvent>();

    internal DbSet<EventNode> EventNodes => Set<EventNode>();

    internal DbSet<Webhook> Webhooks => Set<Webhook>();

    internal DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();

    internal DbSet<WebhookCall> WebhookCalls => Set<WebhookCall>();

    internal DbSet<Alert> Alerts => Set<Alert>();

    internal DbSet<AnalyticsTask> AnalyticsTasks => Set<AnalyticsTask>();

    internal DbSet<AnalyticsDay> AnalyticsDays => Set<AnalyticsDay>();

    internal DbSet<IdempotencyRecord> IdempotencyKeys => Set<IdempotencyRecord>();

    internal DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    internal DbSet<Account> Accounts => Set<Account>();

    internal DbSet<IdentityUserToken<Guid>> AccountTokens => Set<IdentityUserToken<Guid>>();

    internal DbSet<Session> Sessions => Set<Session>();

    internal DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    internal DbSet<OneTimeCode> OneTimeCodes => Set<OneTimeCode>();

    internal DbSet<AttemptCount> PasswordAttempts => Set<AttemptCount>();

    /// <summary>What dispatches the events of the scope that the context serves; null in design-time tools, which save nothing.</summary>
    internal DomainEventDispatch? Dispatch { get; set; }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<TaskId>().HaveConversion<IdConverter<TaskId>>();
        configurationBuilder.Properties<CommentId>().HaveConversion<IdConverter<CommentId>>();
        configurationBuilder.Properties<ProjectId>().HaveConversion<IdConverter<ProjectId>>();
        configurationBuilder.Properties<WebhookId>().HaveConversion<IdConverter<WebhookId>>();
        configurationBuilder.Properties<TokenId>().HaveConversion<IdConverter<TokenId>>();
        configurationBuilder.Properties<SessionId>().HaveConversion<IdConverter<SessionId>>();
        configurationBuilder.Properties<UserId>().HaveConversion<IdConverter<UserId>>();
        configurationBuilder.Properties<ActorId>().HaveConversion<ActorIdConverter>().HaveMaxLength(ActorId.MaxLength);
        configurationBuilder.Properties<DueDate>().HaveConversion<DueDateConverter>().HaveMaxLength(100);
        // Milliseconds are what the service works with, and what every database keeps.
        configurationBuilder.Properties<DateTimeOffset>().HavePrecision(3);
        configurationBuilder.IgnoreAny<RaisedEvent>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(TaskManagementDbContext).Assembly);
        NameInSnakeCase(modelBuilder);
    }

    private static void NameInSnakeCase(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
                property.SetColumnName(SnakeCase(property.Name));
            foreach (var key in entity.GetKeys())
                key.SetName($"pk_{entity.GetTableName()}");
            foreach (var foreignKey in entity.GetForeignKeys())
                foreignKey.SetConstraintName($"fk_{entity.GetTableName()}_{Columns(foreignKey.Properties)}");
            foreach (var index in entity.GetIndexes())
                index.SetDatabaseName($"ix_{entity.GetTableName()}_{Columns(index.Properties)}");
        }

        static string Columns(IEnumerable<Microsoft.EntityFrameworkCore.Metadata.IReadOnlyProperty> properties) =>
            string.Join('_', properties.Select(property => SnakeCase(property.Name)));
    }

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0)
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }

    private sealed class IdConverter<TId>() : ValueConverter<TId, Guid>(id => id.Value, value => FromValue(value))
        where TId : struct, IEntityId<TId>
    {
        // Expression trees can't call static members of interfaces.
        private static TId FromValue(Guid value) => TId.From(value);
    }

    private sealed class ActorIdConverter() : ValueConverter<ActorId, string>(actor => actor.Value, value => new ActorId(value));

    private sealed class DueDateConverter() : ValueConverter<DueDate, string>(due => due.ToString(), text => DueDate.Parse(text));
}

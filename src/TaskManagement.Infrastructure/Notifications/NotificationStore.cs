using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Notifications;

internal sealed class NotificationStore(TaskManagementDbContext db, IOptions<NotificationsOptions> options) : INotificationStore
{
    public TimeSpan KeptFor => TimeSpan.FromDays(options.Value.KeepDays);

    public async Task<IReadOnlyCollection<Guid>> FindKnownAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        await db.Notifications.Where(notification => ids.Contains(notification.Id)).Select(notification => notification.Id).ToHashSetAsync(cancellationToken);

    public async Task<Notification> GetAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Notifications.FindAsync([id], cancellationToken) ?? throw new NotFoundException("notification", id);

    public void Add(Notification notification) => db.Notifications.Add(notification);

    public Task MarkReadAsync(UserId person, long position, DateTimeOffset at, CancellationToken cancellationToken) =>
        db.Notifications
            .Where(notification => notification.PersonId == person && notification.Position <= position && notification.ReadAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(notification => notification.ReadAt, at), cancellationToken);
}

internal sealed class NotificationConfiguration : IEntityTypeConfiguration<Notification>
{
    public void Configure(EntityTypeBuilder<Notification> builder)
    {
        builder.ToTable("notifications");
        builder.HasKey(notification => notification.Id);
        builder.Property(notification => notification.Id).ValueGeneratedNever();
        builder.Property(notification => notification.Kind).HasMaxLength(20)
            .HasConversion(kind => Words<NotificationKind>.Of(kind), word => NotificationWords.ParseKind(word));
        builder.Property(notification => notification.Because).HasMaxLength(20)
            .HasConversion(concern => Words<Concern>.Of(concern), word => ParseConcern(word));
        builder.HasIndex(notification => new { notification.PersonId, notification.Position }).IsUnique();
        builder.HasIndex(notification => new { notification.PersonId, notification.TaskId }).HasFilter("read_at IS NULL");
        builder.HasIndex(notification => notification.At).HasFilter("read_at IS NOT NULL");
    }

    private static Concern ParseConcern(string word) =>
        Words<Concern>.TryParse(word, out var concern) ? concern : throw new FormatException($"'{word}' is no reason to tell someone.");
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Notifications;

internal sealed class NotificationPreferences(TaskManagementDbContext db) : INotificationPreferences
{
    public async Task<IReadOnlyList<NotificationPreference>> FindAsync(IReadOnlyCollection<UserId> people, CancellationToken cancellationToken) =>
        await db.NotificationPreferences.Where(preference => people.Contains(preference.PersonId)).ToListAsync(cancellationToken);

    public void Add(NotificationPreference preference) => db.NotificationPreferences.Add(preference);

    public void Remove(NotificationPreference preference) => db.NotificationPreferences.Remove(preference);
}

internal sealed class NotificationPreferenceConfiguration : IEntityTypeConfiguration<NotificationPreference>
{
    public void Configure(EntityTypeBuilder<NotificationPreference> builder)
    {
        builder.ToTable("notification_preferences");
        builder.HasKey(preference => new { preference.PersonId, preference.Kind });
        builder.Property(preference => preference.Kind).HasMaxLength(20)
            .HasConversion(kind => Words<NotificationKind>.Of(kind), word => NotificationWords.ParseKind(word));
    }
}

internal static class NotificationWords
{
    public static NotificationKind ParseKind(string word) =>
        Words<NotificationKind>.TryParse(word, out var kind) ? kind : throw new FormatException($"'{word}' is nothing that people are told of.");
}

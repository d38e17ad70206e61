using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Alerts;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Alerts;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Alerts;

internal sealed class AlertRepository(TaskManagementDbContext db, IOptions<AlertsOptions> options) : IAlertRepository
{
    public TimeSpan Window => TimeSpan.FromMinutes(options.Value.WindowMinutes);

    public async Task<Alert?> FindAsync(Guid id, CancellationToken cancellationToken) => await db.Alerts.FindAsync([id], cancellationToken);

    public void Add(Alert alert) => db.Alerts.Add(alert);
}

internal sealed class AlertConfiguration : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.ToTable("alerts");
        builder.HasKey(alert => alert.Id);
        builder.Property(alert => alert.Id).ValueGeneratedNever();
        builder.Property(alert => alert.Source).HasMaxLength(Alert.MaxSourceLength);
        builder.Property(alert => alert.Code).HasMaxLength(Alert.MaxCodeLength);
        // Each failure raises it. Two that are told of at once would else be counted as one.
        builder.Property(alert => alert.Count).IsConcurrencyToken();
        builder.Property(alert => alert.Summary).HasMaxLength(Alert.MaxSummaryLength);
        builder.Property(alert => alert.Severity).HasMaxLength(20)
            .HasConversion(severity => Words<AlertSeverity>.Of(severity), word => Parse(word));
        builder.HasIndex(alert => new { alert.LastAt, alert.Id });
    }

    private static AlertSeverity Parse(string word) =>
        Words<AlertSeverity>.TryParse(word, out var severity) ? severity : throw new FormatException($"'{word}' is no severity of an alert.");
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Analytics;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Analytics;

/// <summary>The analytics in two tables. What is found and added is tracked, and saved with the cursor of the subscription.</summary>
internal sealed class AnalyticsStore(TaskManagementDbContext db) : IAnalyticsStore
{
    public async Task<IReadOnlyList<AnalyticsTask>> FindAsync(IReadOnlyCollection<TaskId> tasks, CancellationToken cancellationToken)
    {
        var known = db.AnalyticsTasks.Local;
        List<AnalyticsTask> found = [.. tasks.Select(id => known.FindEntry(id)?.Entity).OfType<AnalyticsTask>()];
        TaskId[] missing = [.. tasks.Except(found.Select(task => task.Id))];
        if (missing.Length > 0)
            found.AddRange(await db.AnalyticsTasks.Where(task => missing.Contains(task.Id)).ToListAsync(cancellationToken));
        return found;
    }

    public async Task<IReadOnlyList<AnalyticsDay>> FindAsync(IReadOnlyCollection<AnalyticsKey> days, CancellationToken cancellationToken)
    {
        var known = db.AnalyticsDays.Local;
        List<AnalyticsDay> found = [.. days.Select(key => known.FindEntryUntyped([key.Day, key.ProjectId, key.PersonId])?.Entity).OfType<AnalyticsDay>()];
        AnalyticsKey[] missing = [.. days.Except(found.Select(day => day.Key))];
        if (missing.Length == 0)
            return found;
        DateOnly[] dates = [.. missing.Select(key => key.Day).Distinct()];
        Guid[] projects = [.. missing.Select(key => key.ProjectId).Distinct()];
        Guid[] people = [.. missing.Select(key => key.PersonId).Distinct()];
        // No database takes a list of composite keys. What this finds beyond them is found by the same index, and does no harm.
        var read = await db.AnalyticsDays
            .Where(day => dates.Contains(day.Day) && projects.Contains(day.ProjectId) && people.Contains(day.PersonId))
            .ToListAsync(cancellationToken);
        return [.. found.Union(read)];
    }

    public void Add(AnalyticsTask task) => db.AnalyticsTasks.Add(task);

    public void Add(AnalyticsDay day) => db.AnalyticsDays.Add(day);

    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await db.AnalyticsTasks.ExecuteDeleteAsync(cancellationToken);
        await db.AnalyticsDays.ExecuteDeleteAsync(cancellationToken);
    }
}

internal sealed class AnalyticsTaskConfiguration : IEntityTypeConfiguration<AnalyticsTask>
{
    public void Configure(EntityTypeBuilder<AnalyticsTask> builder)
    {
        builder.ToTable("analytics_tasks");
        builder.HasKey(task => task.Id);
        builder.Property(task => task.Id).ValueGeneratedNever();
    }
}

internal sealed class AnalyticsDayConfiguration : IEntityTypeConfiguration<AnalyticsDay>
{
    public void Configure(EntityTypeBuilder<AnalyticsDay> builder)
    {
        builder.ToTable("analytics_days");
        builder.HasKey(day => new { day.Day, day.ProjectId, day.PersonId });
        builder.Ignore(day => day.Key);
        // Whatever is counted raises one of these. Two who count at once, in partitions say, would else write the same number.
        builder.Property(day => day.Created).IsConcurrencyToken();
        builder.Property(day => day.Completed).IsConcurrencyToken();
        builder.Property(day => day.Cancelled).IsConcurrencyToken();
        builder.Property(day => day.Reopened).IsConcurrencyToken();
        builder.HasIndex(day => new { day.ProjectId, day.Day });
        builder.HasIndex(day => new { day.PersonId, day.Day });
    }
}

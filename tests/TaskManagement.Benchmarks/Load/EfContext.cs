using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace TaskManagement.Benchmarks.Load;

/// <summary>The tables of the service as one would map them without it.</summary>
internal sealed class EfContext(DbContextOptions<EfContext> options) : DbContext(options)
{
    public DbSet<EfTask> Tasks => Set<EfTask>();

    public DbSet<EfEvent> Events => Set<EfEvent>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // The service keeps times in SQLite as numbers, as SQLite has no type for them.
        if (Database.IsSqlite())
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Milliseconds>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<EfTask>(task =>
        {
            task.ToTable("tasks");
            task.Property(row => row.Id).ValueGeneratedNever();
            task.Property(row => row.Version).IsConcurrencyToken();
            task.HasMany(row => row.Labels).WithOne().HasForeignKey(label => label.TaskId);
        });
        modelBuilder.Entity<EfLabel>().ToTable("task_labels").HasKey(label => new { label.TaskId, label.Key });
        modelBuilder.Entity<EfEvent>().ToTable("event_log").HasKey(row => row.EventId);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }

    private sealed class Milliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}

internal sealed class EfTask
{
    /// <summary>The due date of what has none, in the index by which tasks are sorted.</summary>
    public static readonly DateTimeOffset Undated = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    public Guid Id { get; set; }

    public string? Key { get; set; }

    public required string Title { get; set; }

    public string? Description { get; set; }

    public required string Status { get; set; }

    public int Priority { get; set; }

    public string? Due { get; set; }

    public DateTimeOffset? DueAt { get; set; }

    public DateTimeOffset DueOrder { get; set; } = Undated;

    public Guid? AssigneeId { get; set; }

    public Guid? ProjectId { get; set; }

    public long Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public required string UpdatedBy { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public List<EfLabel> Labels { get; } = [];
}

internal sealed class EfLabel
{
    public Guid TaskId { get; set; }

    public required string Key { get; set; }

    public required string Name { get; set; }
}

/// <summary>An event, which is read and never written.</summary>
internal sealed class EfEvent
{
    public Guid EventId { get; set; }

    public Guid StreamId { get; set; }

    public long StreamVersion { get; set; }

    public required string Type { get; set; }

    public int TypeVersion { get; set; }

    public required string Payload { get; set; }

    public required string Actor { get; set; }

    public required string CorrelationId { get; set; }

    public Guid CausationId { get; set; }

    public string? TraceParent { get; set; }

    public DateTimeOffset OccurredAt { get; set; }

    public long? Position { get; set; }
}

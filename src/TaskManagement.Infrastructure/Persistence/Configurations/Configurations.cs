using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.Persistence.Configurations;

internal static class AggregateConfiguration
{
    /// <summary>Lists leave deleted rows out, and so do the indexes that serve them.</summary>
    public const string NotDeleted = "deleted_at IS NULL";

    public static void ConfigureAggregate<T>(this EntityTypeBuilder<T> builder)
        where T : AggregateRoot
    {
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.Ignore(row => row.PendingEvents).Ignore(row => row.StreamId).Ignore(row => row.StreamType).Ignore(row => row.IsDeleted);
    }
}

internal sealed class TaskConfiguration : IEntityTypeConfiguration<TaskItem>
{
    public void Configure(EntityTypeBuilder<TaskItem> builder)
    {
        builder.ToTable("tasks");
        builder.HasKey(task => task.Id);
        builder.Property(task => task.Id).ValueGeneratedNever();
        builder.ConfigureAggregate();
        builder.Ignore(task => task.IsOpen);
        // SQL Server counts UTF-16 units, of which a character has up to two.
        builder.Property(task => task.Title).HasMaxLength(2 * TaskTitle.MaxLength);
        builder.Property(task => task.Key).HasMaxLength(ProjectKey.MaxLength + 20);
        builder.Property(task => task.Status).HasMaxLength(20)
            .HasConversion(status => Words<TaskItemStatus>.Of(status), word => ParseStatus(word));
        builder.HasOne<Project>().WithMany().HasForeignKey(task => task.ProjectId).OnDelete(DeleteBehavior.Restrict);
        builder.OwnsMany(task => task.Labels, label =>
        {
            label.ToTable("task_labels");
            label.WithOwner().HasForeignKey("TaskId");
            label.HasKey("TaskId", nameof(TaskLabel.Key));
            label.Property(row => row.Name).HasMaxLength(2 * TaskLabel.MaxLength);
            // Upper case can be longer than what was written.
            label.Property(row => row.Key).HasMaxLength(6 * TaskLabel.MaxLength);
            label.HasIndex(nameof(TaskLabel.Key), "TaskId");
        });

        // One index for each sort, each ending with the id that tells equal values apart.
        builder.HasIndex(task => new { task.CreatedAt, task.Id }).HasFilter(AggregateConfiguration.NotDeleted);
        builder.HasIndex(task => new { task.UpdatedAt, task.Id }).HasFilter(AggregateConfiguration.NotDeleted);
        builder.HasIndex(task => new { task.DueOrder, task.Id }).HasFilter(AggregateConfiguration.NotDeleted);
        builder.HasIndex(task => new { task.Priority, task.Id }).HasFilter(AggregateConfiguration.NotDeleted);
        // The two filters that name a small part of all tasks, in the default sort.
        builder.HasIndex(task => new { task.ProjectId, task.CreatedAt, task.Id });
        builder.HasIndex(task => new { task.AssigneeId, task.CreatedAt, task.Id }).HasFilter(AggregateConfiguration.NotDeleted);
        builder.HasIndex(task => task.Key).IsUnique();
    }

    private static TaskItemStatus ParseStatus(string word) =>
        Words<TaskItemStatus>.TryParse(word, out var status) ? status : throw new FormatException($"'{word}' is no status of a task.");
}

internal sealed class TaskCommentConfiguration : IEntityTypeConfiguration<TaskComment>
{
    public void Configure(EntityTypeBuilder<TaskComment> builder)
    {
        builder.ToTable("task_comments");
        builder.HasKey(comment => comment.Id);
        builder.Property(comment => comment.Id).ValueGeneratedNever();
        builder.HasOne<TaskItem>().WithMany().HasForeignKey(comment => comment.TaskId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(comment => new { comment.TaskId, comment.CreatedAt, comment.Id });
    }
}

internal sealed class TaskWatcherConfiguration : IEntityTypeConfiguration<TaskWatcher>
{
    public void Configure(EntityTypeBuilder<TaskWatcher> builder)
    {
        builder.ToTable("task_watchers");
        builder.HasKey(watcher => new { watcher.TaskId, watcher.PersonId });
        builder.HasOne<TaskItem>().WithMany().HasForeignKey(watcher => watcher.TaskId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(watcher => new { watcher.TaskId, watcher.Since, watcher.PersonId });
    }
}

internal sealed class ProjectConfiguration : IEntityTypeConfiguration<Project>
{
    public void Configure(EntityTypeBuilder<Project> builder)
    {
        builder.ToTable("projects");
        builder.HasKey(project => project.Id);
        builder.Property(project => project.Id).ValueGeneratedNever();
        builder.ConfigureAggregate();
        builder.Property(project => project.Key).HasMaxLength(ProjectKey.MaxLength);
        builder.Property(project => project.Name).HasMaxLength(2 * ProjectName.MaxLength);
        builder.HasIndex(project => project.Key).IsUnique();
        builder.HasIndex(project => new { project.CreatedAt, project.Id });
        builder.HasIndex(project => new { project.UpdatedAt, project.Id });
    }
}

internal sealed class TaskCounterConfiguration : IEntityTypeConfiguration<TaskCounter>
{
    public void Configure(EntityTypeBuilder<TaskCounter> builder)
    {
        builder.ToTable("task_counters");
        builder.HasKey(counter => counter.ProjectId);
        builder.Property(counter => counter.ProjectId).ValueGeneratedNever();
        builder.HasOne<Project>().WithOne().HasForeignKey<TaskCounter>(counter => counter.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}

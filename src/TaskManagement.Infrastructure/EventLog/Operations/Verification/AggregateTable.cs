using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>The table of one kind of aggregates, and how they are rebuilt.</summary>
internal abstract class AggregateTable<T>
    where T : AggregateRoot
{
    /// <summary>The kind of their streams.</summary>
    public abstract string StreamType { get; }

    /// <summary>One without any events.</summary>
    public abstract T Empty();

    /// <summary>The rows after an id, in the order of ids.</summary>
    public abstract IQueryable<T> After(Guid? id);

    /// <summary>The ids of rows.</summary>
    public abstract IQueryable<Guid> Ids(IQueryable<T> rows);

    /// <summary>The row with an id.</summary>
    public abstract IQueryable<T> With(Guid id);

    /// <summary>What the log says a column holds.</summary>
    public virtual object? ByLog(IReadOnlyProperty column, T stored, T rebuilt) => column.PropertyInfo!.GetValue(rebuilt);

    /// <summary>Sees every event on its way.</summary>
    public virtual void Notice(IDomainEvent happened, LoggedEvent logged)
    {
    }
}

internal sealed class ProjectTable(TaskManagementDbContext db) : AggregateTable<Project>
{
    public override string StreamType => AggregateStreams.Project;

    public override Project Empty() => Project.FromHistory([]);

    public override IQueryable<Project> After(Guid? id)
    {
        var rows = db.Projects.AsNoTracking();
        if (id is { } last)
        {
            var after = new ProjectId(last);
            rows = rows.Where(project => project.Id > after);
        }

        return rows.OrderBy(project => project.Id);
    }

    public override IQueryable<Guid> Ids(IQueryable<Project> rows) => rows.Select(project => project.Id.Value);

    public override IQueryable<Project> With(Guid id)
    {
        var wanted = new ProjectId(id);
        return db.Projects.AsNoTracking().Where(project => project.Id == wanted);
    }
}

internal sealed class TaskTable(TaskManagementDbContext db, Numbers numbers, Comments comments) : AggregateTable<TaskItem>
{
    public override string StreamType => AggregateStreams.Task;

    public override TaskItem Empty() => TaskItem.FromHistory([]);

    public override IQueryable<TaskItem> After(Guid? id)
    {
        var rows = db.Tasks.AsNoTracking();
        if (id is { } last)
        {
            var after = new TaskId(last);
            rows = rows.Where(task => task.Id > after);
        }

        return rows.OrderBy(task => task.Id);
    }

    public override IQueryable<Guid> Ids(IQueryable<TaskItem> rows) => rows.Select(task => task.Id.Value);

    public override IQueryable<TaskItem> With(Guid id)
    {
        var wanted = new TaskId(id);
        return db.Tasks.AsNoTracking().Where(task => task.Id == wanted);
    }

    public override object? ByLog(IReadOnlyProperty column, TaskItem stored, TaskItem rebuilt) => column.Name switch
    {
        nameof(TaskItem.DueAt) => DueAt(stored, rebuilt),
        nameof(TaskItem.DueOrder) => DueAt(stored, rebuilt) ?? TaskItem.Undated,
        _ => base.ByLog(column, stored, rebuilt),
    };

    public override void Notice(IDomainEvent happened, LoggedEvent logged)
    {
        if (happened is TaskNumbered numbered)
            numbers.Take(numbered);
        else if (happened is TaskCommented commented)
            comments.Take(commented, logged);
    }

    // It was reckoned when it was written. Clocks may go by other rules since, and then it differs from what is reckoned now, and is right.
    private static DateTimeOffset? DueAt(TaskItem stored, TaskItem rebuilt) =>
        stored.DueAt is { } written && rebuilt.Due?.CanMean(written) == true ? written : rebuilt.DueAt;
}

internal sealed class TeamTable(TaskManagementDbContext db) : AggregateTable<Team>
{
    public override string StreamType => AggregateStreams.Team;

    public override Team Empty() => Team.FromHistory([]);

    public override IQueryable<Team> After(Guid? id)
    {
        var rows = db.Teams.AsNoTracking();
        if (id is { } last)
        {
            var after = new ProjectId(last);
            rows = rows.Where(team => team.ProjectId > after);
        }

        return rows.OrderBy(team => team.ProjectId);
    }

    public override IQueryable<Guid> Ids(IQueryable<Team> rows) => rows.Select(team => team.ProjectId.Value);

    public override IQueryable<Team> With(Guid id)
    {
        var wanted = new ProjectId(id);
        return db.Teams.AsNoTracking().Where(team => team.ProjectId == wanted);
    }
}

internal sealed class WebhookTable(TaskManagementDbContext db) : AggregateTable<Webhook>
{
    public override string StreamType => AggregateStreams.Webhook;

    public override Webhook Empty() => Webhook.FromHistory([]);

    public override IQueryable<Webhook> After(Guid? id)
    {
        var rows = db.Webhooks.AsNoTracking();
        if (id is { } last)
        {
            var after = new WebhookId(last);
            rows = rows.Where(webhook => webhook.Id > after);
        }

        return rows.OrderBy(webhook => webhook.Id);
    }

    public override IQueryable<Guid> Ids(IQueryable<Webhook> rows) => rows.Select(webhook => webhook.Id.Value);

    public override IQueryable<Webhook> With(Guid id)
    {
        var wanted = new WebhookId(id);
        return db.Webhooks.AsNoTracking().Where(webhook => webhook.Id == wanted);
    }
}

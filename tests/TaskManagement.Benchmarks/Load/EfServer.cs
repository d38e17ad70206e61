using System.Globalization;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Benchmarks.Load;

/// <summary>The same API as one would write it with EF Core alone: rows are read, changed and saved; no events, no log, no one is asked who he is.</summary>
internal static class EfServer
{
    private const string Actor = "system:ef";

    private static readonly Expression<Func<EfTask, TaskBody>> AsBody = task => new TaskBody
    {
        Id = task.Id,
        Key = task.Key,
        Title = task.Title,
        Description = task.Description,
        Status = task.Status,
        Priority = TaskBody.PriorityOf(task.Priority),
        Due = task.Due == null ? null : new DueBody(task.Due),
        DueAt = task.DueAt,
        Labels = task.Labels.OrderBy(label => label.Key).Select(label => label.Name).ToList(),
        AssigneeId = task.AssigneeId,
        ProjectId = task.ProjectId,
        Version = task.Version,
        CreatedAt = task.CreatedAt,
        CreatedBy = task.CreatedBy,
        UpdatedAt = task.UpdatedAt,
        CompletedAt = task.CompletedAt,
        DeletedAt = task.DeletedAt,
    };

    private static readonly Func<EfTask, TaskBody> ToBody = AsBody.Compile();

    // Writers of SQLite that do not wait in turn wait asleep in the driver, and that is all that would be measured.
    private static SemaphoreSlim? _turn;

    public static void Add(IServiceCollection services, DatabaseKind kind, string connectionString)
    {
        _turn = kind == DatabaseKind.Sqlite ? new(1, 1) : null;
        services.AddDbContextPool<EfContext>(options =>
        {
            if (kind == DatabaseKind.Sqlite)
                options.UseSqlite(connectionString);
            else
                options.UseNpgsql(connectionString);
        });
    }

    public static void Map(WebApplication app)
    {
        app.MapPost("/api/v1/tasks", CreateAsync);
        app.MapPost("/api/v1/tasks/{id:guid}/complete", CompleteAsync);
        app.MapPatch("/api/v1/tasks/{id:guid}", PatchAsync);
        app.MapGet("/api/v1/tasks/{id:guid}", GetAsync);
        app.MapGet("/api/v1/tasks", ListAsync);
        app.MapGet("/api/v1/events", FeedAsync);
    }

    private static async Task<IResult> CreateAsync(NewTask body, EfContext db)
    {
        var now = TimeProvider.System.GetUtcNow();
        var task = new EfTask
        {
            Id = Guid.CreateVersion7(),
            Title = body.Title,
            Description = body.Description,
            Status = "pending",
            Version = 1,
            CreatedAt = now,
            CreatedBy = Actor,
            UpdatedAt = now,
            UpdatedBy = Actor,
        };
        db.Tasks.Add(task);
        await SaveAsync(db);
        return TypedResults.Created($"/api/v1/tasks/{task.Id}", ToBody(task));
    }

    private static Task<IResult> CompleteAsync(Guid id, EfContext db) => ChangeAsync(id, db, task =>
    {
        if (task.Status == "in_progress")
            (task.Status, task.CompletedAt, task.Version) = ("completed", TimeProvider.System.GetUtcNow(), task.Version + 1);
    });

    private static Task<IResult> PatchAsync(Guid id, NewTitle body, EfContext db) => ChangeAsync(id, db, task =>
        (task.Title, task.Version) = (body.Title, task.Version + 1));

    private static async Task<IResult> ChangeAsync(Guid id, EfContext db, Action<EfTask> change)
    {
        if (await db.Tasks.Include(row => row.Labels).SingleOrDefaultAsync(row => row.Id == id && row.DeletedAt == null) is not { } task)
            return TypedResults.NotFound();
        change(task);
        (task.UpdatedAt, task.UpdatedBy) = (TimeProvider.System.GetUtcNow(), Actor);
        await SaveAsync(db);
        return TypedResults.Ok(ToBody(task));
    }

    private static async Task<IResult> GetAsync(Guid id, EfContext db) =>
        await db.Tasks.AsNoTracking().Where(task => task.Id == id && task.DeletedAt == null).Select(AsBody).SingleOrDefaultAsync() is { } task
            ? TypedResults.Ok(task)
            : TypedResults.NotFound();

    private static async Task<IResult> ListAsync(EfContext db, string? cursor = null, int limit = References.PageLength)
    {
        var tasks = db.Tasks.AsNoTracking().Where(task => task.DeletedAt == null);
        if (PageEnd.Read(cursor) is var (at, id))
            tasks = tasks.Where(task => task.CreatedAt <= at && (task.CreatedAt < at || task.Id < id));
        var page = await tasks.OrderByDescending(task => task.CreatedAt).ThenByDescending(task => task.Id).Take(limit).Select(AsBody).ToListAsync();
        return TypedResults.Ok(new PageBody<TaskBody>(page, page.Count == limit ? PageEnd.Write(page[^1]) : null));
    }

    private static async Task<IResult> FeedAsync(EfContext db, long after = 0, int limit = References.PageLength)
    {
        var rows = await db.Events.AsNoTracking().Where(row => row.Position > after).OrderBy(row => row.Position).Take(limit).ToListAsync();
        var events = rows.ConvertAll(row => new EventBody
        {
            Id = row.EventId,
            Type = string.Create(CultureInfo.InvariantCulture, $"taskmanagement.{row.Type}.v{row.TypeVersion}"),
            Subject = row.StreamId,
            Time = row.OccurredAt,
            Sequence = row.StreamVersion.ToString("D10", CultureInfo.InvariantCulture),
            Actor = row.Actor,
            CorrelationId = row.CorrelationId,
            CausationId = row.CausationId,
            TraceParent = row.TraceParent,
            Position = row.Position!.Value.ToString(CultureInfo.InvariantCulture),
            Data = row.Payload,
        });
        return TypedResults.Ok(new PageBody<EventBody>(events, events.Count > 0 ? events[^1].Position : null));
    }

    private static async Task SaveAsync(EfContext db)
    {
        if (_turn is not null)
            await _turn.WaitAsync();
        try
        {
            await db.SaveChangesAsync();
        }
        finally
        {
            _turn?.Release();
        }
    }
}

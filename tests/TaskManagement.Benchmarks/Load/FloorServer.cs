using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TaskManagement.Benchmarks.Load;

/// <summary>The least that has to be done: the same rows as the service's, in one transaction, by hand, and nothing is checked.</summary>
internal sealed class FloorServer(FloorDatabase database)
{
    private const string Actor = "system:floor";

    public void Map(WebApplication app)
    {
        app.MapPost("/api/v1/tasks", (RequestDelegate)CreateAsync);
        app.MapPost("/api/v1/tasks/{id}/complete", (RequestDelegate)CompleteAsync);
        app.MapPatch("/api/v1/tasks/{id}", (RequestDelegate)PatchAsync);
        app.MapGet("/api/v1/tasks/{id}", (RequestDelegate)GetAsync);
        app.MapGet("/api/v1/tasks", (RequestDelegate)ListAsync);
        app.MapGet("/api/v1/events", (RequestDelegate)FeedAsync);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var body = (await JsonSerializer.DeserializeAsync(http.Request.BodyReader, ReferenceJson.Default.NewTask))!;
        var now = Now();
        var task = new TaskBody
        {
            Id = Guid.CreateVersion7(),
            Title = body.Title,
            Description = body.Description,
            Status = "pending",
            Priority = "none",
            Labels = [],
            Version = 1,
            CreatedAt = now,
            CreatedBy = Actor,
            UpdatedAt = now,
        };
        await database.InsertAsync(task, [Event(task, "task.created", 1, new(task.Id, task.Title, task.Description))]);
        await WriteAsync(http, StatusCodes.Status201Created, task, ReferenceJson.Default.TaskBody);
    }

    private Task CompleteAsync(HttpContext http) => ChangeAsync(http, task =>
    {
        if (task.Status != "in_progress")
            return (task, []);
        var now = Now();
        var changed = task with { Status = "completed", CompletedAt = now, UpdatedAt = now, Version = task.Version + 2 };
        return (changed,
        [
            Event(changed, "task.status_changed", task.Version + 1, new(task.Id, Before: task.Status, After: changed.Status)),
            Event(changed, "task.completed", task.Version + 2, new(task.Id, task.Title, CompletedBy: Actor, CompletedAt: now)),
        ]);
    });

    private async Task PatchAsync(HttpContext http)
    {
        var body = (await JsonSerializer.DeserializeAsync(http.Request.BodyReader, ReferenceJson.Default.NewTitle))!;
        await ChangeAsync(http, task =>
        {
            var changed = task with { Title = body.Title, UpdatedAt = Now(), Version = task.Version + 1 };
            return (changed, [Event(changed, "task.details_changed", changed.Version, new(task.Id, Before: task.Title, After: changed.Title))]);
        });
    }

    private async Task ChangeAsync(HttpContext http, Func<TaskBody, (TaskBody Changed, FloorEvent[] Events)> change)
    {
        var changed = await database.UpdateAsync(Id(http), change);
        if (changed is null)
            http.Response.StatusCode = StatusCodes.Status409Conflict;
        else
            await WriteAsync(http, StatusCodes.Status200OK, changed, ReferenceJson.Default.TaskBody);
    }

    private async Task GetAsync(HttpContext http)
    {
        if (await database.FindAsync(Id(http)) is { } task)
            await WriteAsync(http, StatusCodes.Status200OK, task, ReferenceJson.Default.TaskBody);
        else
            http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task ListAsync(HttpContext http)
    {
        var limit = Number(http, "limit", References.PageLength);
        var tasks = await database.ListAsync(PageEnd.Read(http.Request.Query["cursor"]), limit);
        await WriteAsync(
            http, StatusCodes.Status200OK, new(tasks, tasks.Count == limit ? PageEnd.Write(tasks[^1]) : null), ReferenceJson.Default.PageBodyTaskBody);
    }

    private async Task FeedAsync(HttpContext http)
    {
        var events = await database.ReadEventsAsync(Number(http, "after", 0), Number(http, "limit", References.PageLength));
        await WriteAsync(
            http, StatusCodes.Status200OK, new(events, events.Count > 0 ? events[^1].Position : null), ReferenceJson.Default.PageBodyEventBody);
    }

    private static FloorEvent Event(TaskBody task, string type, long version, TaskFacts facts) =>
        new(Guid.CreateVersion7(), type, version, JsonSerializer.Serialize(facts, ReferenceJson.Default.TaskFacts), Actor, task.UpdatedAt);

    private static Guid Id(HttpContext http) => Guid.Parse((string)http.Request.RouteValues["id"]!);

    private static int Number(HttpContext http, string parameter, int otherwise) =>
        http.Request.Query[parameter] is [{ } text] ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    // The database keeps milliseconds.
    private static DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    private static Task WriteAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(value, type);
    }
}

/// <summary>A row of the log.</summary>
internal sealed record FloorEvent(Guid Id, string Type, long Version, string Payload, string Actor, DateTimeOffset OccurredAt);

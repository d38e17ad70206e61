using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Benchmarks.Load;

/// <summary>The systems that the service is compared with: what has to be done at the least, and what one would write without events.</summary>
internal static class References
{
    public const string Usage = "serve floor|ef Sqlite|PostgreSql port connection-string";

    /// <summary>The most tasks or events on a page, unless the caller says otherwise.</summary>
    public const int PageLength = 50;

    /// <summary>Serves until it is ended.</summary>
    /// <exception cref="FormatException">The arguments are not those of <see cref="Usage"/>.</exception>
    public static async Task ServeAsync(string[] arguments)
    {
        if (arguments is not [var system, var kindName, var port, var connectionString] || !Enum.TryParse<DatabaseKind>(kindName, out var kind))
            throw new FormatException($"usage: {Usage}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        switch (system)
        {
            case LoadServer.Floor:
                await using (var database = FloorDatabase.For(kind, connectionString))
                {
                    var floor = builder.Build();
                    new FloorServer(database).Map(floor);
                    await RunAsync(floor);
                }

                return;
            case LoadServer.Ef:
                EfServer.Add(builder.Services, kind, connectionString);
                var ef = builder.Build();
                EfServer.Map(ef);
                await RunAsync(ef);
                return;
            default:
                throw new FormatException($"usage: {Usage}");
        }
    }

    private static async Task RunAsync(WebApplication app)
    {
        await using (app)
        {
            app.MapGet("/health/ready", (RequestDelegate)(http => http.Response.WriteAsync("Healthy")));
            await app.RunAsync();
        }
    }
}

/// <summary>Where a page of the references ended.</summary>
internal readonly record struct PageEnd(DateTimeOffset CreatedAt, Guid Id)
{
    public static string Write(TaskBody last) => string.Create(CultureInfo.InvariantCulture, $"{last.CreatedAt.ToUnixTimeMilliseconds()}_{last.Id}");

    public static PageEnd? Read(string? cursor) => cursor?.Split('_') is [var milliseconds, var id]
        ? new(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture)), Guid.Parse(id))
        : null;
}

internal sealed record NewTask(string Title, string? Description);

internal sealed record NewTitle(string Title);

internal sealed record DueBody(string Date);

/// <summary>A task as the service shows it.</summary>
internal sealed record TaskBody
{
    private static readonly string[] Priorities = ["none", "low", "medium", "high", "urgent"];

    public required Guid Id { get; init; }

    public string? Key { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    public required string Status { get; init; }

    public required string Priority { get; init; }

    public DueBody? Due { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public Guid? AssigneeId { get; init; }

    public Guid? ProjectId { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    public static string PriorityOf(int number) => Priorities[number];
}

internal sealed record PageBody<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>An event as the service shows it.</summary>
internal sealed record EventBody
{
    [JsonPropertyName("specversion")]
    public string SpecVersion => "1.0";

    public required Guid Id { get; init; }

    public string Source { get; } = "/taskmanagement";

    public required string Type { get; init; }

    public required Guid Subject { get; init; }

    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("datacontenttype")]
    public string DataContentType => "application/json";

    public required string Sequence { get; init; }

    public required string Actor { get; init; }

    [JsonPropertyName("correlationid")]
    public required string CorrelationId { get; init; }

    [JsonPropertyName("causationid")]
    public required Guid CausationId { get; init; }

    [JsonPropertyName("traceparent")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    public required string Position { get; init; }

    /// <summary>JSON, written as it is.</summary>
    [JsonConverter(typeof(Raw))]
    public required string Data { get; init; }

    internal sealed class Raw : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value, skipInputValidation: true);
    }
}

internal sealed record TaskFacts(
    Guid TaskId, string? Title = null, string? Description = null, string? Before = null, string? After = null, string? CompletedBy = null, DateTimeOffset? CompletedAt = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NewTask))]
[JsonSerializable(typeof(NewTitle))]
[JsonSerializable(typeof(TaskBody))]
[JsonSerializable(typeof(PageBody<TaskBody>))]
[JsonSerializable(typeof(PageBody<EventBody>))]
[JsonSerializable(typeof(TaskFacts))]
internal sealed partial class ReferenceJson : JsonSerializerContext;

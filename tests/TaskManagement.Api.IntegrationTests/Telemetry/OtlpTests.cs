using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Telemetry;
using TaskManagement.TestSupport.Databases;

namespace TaskManagement.Api.IntegrationTests.Telemetry;

/// <summary>What leaves the service, as a process of its own, by the OpenTelemetry protocol.</summary>
public sealed class OtlpTests : IDisposable
{
    private const string TaskRoute = "/api/v1/tasks";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OtlpTransport.Grpc)]
    [InlineData(OtlpTransport.HttpProtobuf)]
    public async Task A_trace_goes_from_the_request_through_the_command_to_its_handlers_and_is_sent_before_the_end(OtlpTransport transport)
    {
        await using var collector = await Collector.StartAsync(transport);
        await using var service = await ServiceProcess.StartAsync(
            _folder, ("Otlp:Endpoint", collector.Address), ("Otlp:Protocol", transport.ToString()), ("Otlp:MetricsIntervalSeconds", "3600"));
        await CreateTaskInProjectAsync(service);

        var ended = await service.TerminateAsync();

        Assert.Equal(0, ended.ExitCode);
        var spans = collector.Spans;
        var request = Assert.Single(spans, span => span is { Scope: "Microsoft.AspNetCore", Name: "POST /api/v1/tasks" });
        var command = Assert.Single(spans, span => span.Name == "CreateTask");
        var handler = Assert.Single(spans, span => span.Name == "NumberTaskInItsProject");
        Assert.Equal((Span.Server, ""), (request.Kind, request.ParentId));
        Assert.Equal((request.TraceId, request.Id), (command.TraceId, command.ParentId));
        Assert.Equal((command.TraceId, command.Id), (handler.TraceId, handler.ParentId));
        Assert.Equal("TaskManagement", handler.Scope);
        Assert.True(Guid.TryParse(command.Attributes["taskmanagement.command_id"], out _));
        Assert.Equal("TaskCreated", handler.Attributes["event"]);
        Assert.All(collector.Resources, resource =>
        {
            Assert.Equal("taskmanagement", resource["service.name"]);
            Assert.StartsWith("0.1.0", resource["service.version"], StringComparison.Ordinal);
            Assert.Contains(Environment.MachineName, resource["service.instance.id"], StringComparison.Ordinal);
        });

        var requests = Assert.Single(collector.Metrics, series => series.Name == "taskmanagement.request.duration" && series.Attributes["request"] == "CreateTask");
        Assert.Equal(("s", 1UL, "success"), (requests.Unit, requests.Count, requests.Attributes["outcome"]));
        Assert.InRange(requests.Value, double.Epsilon, 60);
        var handlers = Assert.Single(collector.Metrics, series => series.Name == "taskmanagement.handler.duration" && series.Attributes["event"] == "TaskCreated");
        Assert.Equal((1UL, "NumberTaskInItsProject"), (handlers.Count, handlers.Attributes["handler"]));
        Assert.Contains(collector.Metrics, series => series is { Name: "taskmanagement.events.appended", Value: 1 } && series.Attributes["event"] == "task.created");
        Assert.Contains(collector.Metrics, series => series.Name == "http.server.request.duration");
        Assert.Contains(collector.Metrics, series => series.Name.StartsWith("microsoft.entityframeworkcore.", StringComparison.Ordinal));
        Assert.Contains(collector.Metrics, series => series.Name.StartsWith("dotnet.gc.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_span_of_a_request_says_what_it_was_and_how_it_ended_and_not_what_was_searched_for()
    {
        await using var collector = await Collector.StartAsync(OtlpTransport.HttpProtobuf);
        await using var service = await ServiceProcess.StartAsync(_folder, ("Otlp:Endpoint", collector.Address + "/"), ("Otlp:Protocol", "HttpProtobuf"));
        var id = Guid.CreateVersion7();
        foreach (var path in new[] { $"/api/v1/tasks/{id}", "/api/v1/tasks?text=canary-8a2d", "/nowhere" })
            (await service.Client.GetAsync(new Uri(path, UriKind.Relative))).Dispose();
        (await service.Client.PostAsJsonAsync(new Uri(TaskRoute, UriKind.Relative), new JsonObject { ["title"] = "" })).Dispose();

        await service.TerminateAsync();

        var requests = collector.Spans.Where(span => span.Kind == Span.Server).ToList();
        Assert.Equal(
            [
                ("GET /api/v1/tasks/{id}", $"/api/v1/tasks/{id}", "404"), ("GET /api/v1/tasks", "/api/v1/tasks", "200"),
                ("GET", "/nowhere", "404"), ("POST /api/v1/tasks", "/api/v1/tasks", "422"),
            ],
            requests.Select(span => (span.Name, span.Attributes["url.path"], span.Attributes["http.response.status_code"])));
        Assert.DoesNotContain(collector.Spans, span => span.Attributes.Values.Any(value => value.Contains("canary-8a2d", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Queries_are_part_of_the_trace_deliveries_are_linked_to_it_and_queries_of_no_one_are_not_sent()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql);
        await using var collector = await Collector.StartAsync(OtlpTransport.HttpProtobuf);
        await using var service = await ServiceProcess.StartAsync(
            _folder,
            [
                .. database.Settings.Select(setting => (setting.Key, setting.Value!)),
                ("Otlp:Endpoint", collector.Address), ("Otlp:Protocol", "HttpProtobuf"), ("Otlp:MetricsIntervalSeconds", "1"),
            ]);
        await CreateTaskInProjectAsync(service);

        await collector.WaitUntilAsync(arrived => arrived.Spans.Any(span => span.Name == "CreateTask")
            && arrived.Spans.Any(span => span.Kind == Span.Consumer && span.Attributes["event"] == "task.created")
            && arrived.Metrics.Any(series => series.Name == "taskmanagement.events.numbered")
            && arrived.Metrics.Any(series => series.Name.StartsWith("db.client.", StringComparison.Ordinal)));

        var spans = collector.Spans;
        var command = Assert.Single(spans, span => span.Name == "CreateTask");
        Assert.Contains(spans, span => span.Scope == "Npgsql" && span.ParentId == command.Id);
        Assert.All(spans.Where(span => span.Kind == Span.Client), span => Assert.NotEqual("", span.ParentId));
        Assert.All(
            spans.Where(span => span.Kind == Span.Consumer && span.Attributes["event"] == "task.created"),
            span => Assert.Equal(("", command.TraceId), (span.ParentId, Assert.Single(span.LinkedTraces))));
    }

    [Theory]
    [InlineData(OtlpTransport.Grpc)]
    [InlineData(OtlpTransport.HttpProtobuf)]
    public async Task A_collector_that_is_not_there_costs_one_line_in_the_log(OtlpTransport transport)
    {
        // Port 1 is reserved and nothing listens on it.
        await using var service = await ServiceProcess.StartAsync(
            _folder, ("Otlp:Endpoint", "http://user:canary-4c1d@127.0.0.1:1"), ("Otlp:Protocol", transport.ToString()), ("Otlp:MetricsIntervalSeconds", "1"));
        await CreateTaskInProjectAsync(service);
        await service.SaysAsync("The collector at 127.0.0.1:1 (Otlp:Endpoint) does not take traces and metrics");
        await CreateTaskInProjectAsync(service);

        var ended = await service.TerminateAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Single(ended.Output, line => line.Contains("does not take traces and metrics", StringComparison.Ordinal));
        Assert.DoesNotContain(ended.Output.Concat(ended.Errors), line => line.Contains("canary-4c1d", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OtlpTransport.Grpc)]
    [InlineData(OtlpTransport.HttpProtobuf)]
    public async Task A_collector_that_never_answers_holds_up_neither_requests_nor_the_end(OtlpTransport transport)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var service = await ServiceProcess.StartAsync(
            _folder, ("Otlp:Endpoint", $"http://{silent.LocalEndpoint}"), ("Otlp:Protocol", transport.ToString()), ("Otlp:MetricsIntervalSeconds", "1"));
        using var taken = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        // If each waited for the collector, a hundred would take five minutes.
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100; i++)
            (await service.Client.GetAsync(new Uri("/health/live", UriKind.Relative))).Dispose();
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 60);
        started = Stopwatch.GetTimestamp();
        var ended = await service.TerminateAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 20);
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_said_about_it()
    {
        await using var service = await ServiceProcess.StartAsync(_folder);
        await CreateTaskInProjectAsync(service);

        var ended = await service.TerminateAsync();

        Assert.DoesNotContain(ended.Output.Concat(ended.Errors), line => line.Contains("collector", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task CreateTaskInProjectAsync(ServiceProcess service)
    {
        var project = Guid.CreateVersion7();
        using var created = await service.Client.PostAsJsonAsync(
            new Uri("/api/v1/projects", UriKind.Relative), new JsonObject { ["id"] = project, ["key"] = $"P{project.ToString("N")[^8..].ToUpperInvariant()}", ["name"] = "Project" });
        created.EnsureSuccessStatusCode();
        using var task = await service.Client.PostAsJsonAsync(
            new Uri(TaskRoute, UriKind.Relative), new JsonObject { ["title"] = "Task", ["projectId"] = project });
        task.EnsureSuccessStatusCode();
    }
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using TaskManagement.Infrastructure.Telemetry;

namespace TaskManagement.Api.IntegrationTests.Telemetry;

/// <summary>A span as it arrived.</summary>
internal sealed record Span(
    string Scope, string Name, int Kind, string TraceId, string Id, string ParentId, IReadOnlyList<string> LinkedTraces, IReadOnlyDictionary<string, string> Attributes)
{
    public const int Server = 2;
    public const int Client = 3;
    public const int Consumer = 5;
}

/// <summary>A series of a metric as it arrived.</summary>
/// <param name="Name">The name of the instrument.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Count">How many measurements a histogram has; 0 for others.</param>
/// <param name="Value">The value, or the sum of a histogram.</param>
/// <param name="Attributes">What tells it from others of the instrument.</param>
internal sealed record Series(string Name, string Unit, ulong Count, double Value, IReadOnlyDictionary<string, string> Attributes);

/// <summary>An OpenTelemetry collector: takes what is exported to it on 127.0.0.1, and keeps it.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<Span> _spans = [];
    private readonly List<Series> _metrics = [];
    private readonly List<IReadOnlyDictionary<string, string>> _resources = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Collector(OtlpTransport transport)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listener => listener.Protocols = transport == OtlpTransport.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        if (transport == OtlpTransport.Grpc)
        {
            _app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", call => TakeGrpcAsync(call, KeepSpans));
            _app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", call => TakeGrpcAsync(call, KeepMetrics));
        }
        else
        {
            _app.MapPost("/v1/traces", call => TakeAsync(call, KeepSpans));
            _app.MapPost("/v1/metrics", call => TakeAsync(call, KeepMetrics));
        }
    }

    public string Address => _app.Urls.Single();

    public IReadOnlyList<Span> Spans
    {
        get
        {
            lock (_lock)
                return [.. _spans];
        }
    }

    public IReadOnlyList<Series> Metrics
    {
        get
        {
            lock (_lock)
                return [.. _metrics];
        }
    }

    /// <summary>What is said of those that export.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Resources
    {
        get
        {
            lock (_lock)
                return [.. _resources];
        }
    }

    public static async Task<Collector> StartAsync(OtlpTransport transport)
    {
        var collector = new Collector(transport);
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Waits until what has arrived is enough.</summary>
    public async Task WaitUntilAsync(Func<Collector, bool> isEnough)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Task arrival;
            lock (_lock)
                arrival = _arrival.Task;
            if (isEnough(this))
                return;
            await arrival.WaitAsync(limit.Token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext call, Action<ProtobufMessage> keep)
    {
        Keep(await BodyAsync(call), keep);
        // An empty answer is a message without fields.
        call.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeGrpcAsync(HttpContext call, Action<ProtobufMessage> keep)
    {
        // A flag and four bytes of length come before each message.
        Keep((await BodyAsync(call))[5..], keep);
        call.Response.ContentType = "application/grpc";
        await call.Response.Body.WriteAsync(new byte[5]);
        call.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext call)
    {
        using var body = new MemoryStream();
        await call.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    private void Keep(ReadOnlyMemory<byte> bytes, Action<ProtobufMessage> keep)
    {
        lock (_lock)
        {
            keep(new(bytes));
            _arrival.SetResult();
            _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    // The numbers are those of https://github.com/open-telemetry/opentelemetry-proto.
    private void KeepSpans(ProtobufMessage request)
    {
        foreach (var resource in request.Messages(1))
        {
            _resources.Add(Attributes(resource.Message(1), 1));
            foreach (var scope in resource.Messages(2))
            {
                var name = scope.Message(1).Text(1);
                _spans.AddRange(scope.Messages(2).Select(span => new Span(
                    name, span.Text(5), (int)span.Number(6), span.Hex(1), span.Hex(2), span.Hex(4),
                    [.. span.Messages(13).Select(link => link.Hex(1))], Attributes(span, 9))));
            }
        }
    }

    private void KeepMetrics(ProtobufMessage request)
    {
        foreach (var resource in request.Messages(1))
        {
            _resources.Add(Attributes(resource.Message(1), 1));
            foreach (var metric in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                var (name, unit) = (metric.Text(1), metric.Text(3));
                _metrics.AddRange(metric.Messages(9).SelectMany(histogram => histogram.Messages(1))
                    .Select(point => new Series(name, unit, point.Number(4), point.Double(5), Attributes(point, 9))));
                _metrics.AddRange(metric.Messages(5).Concat(metric.Messages(7)).SelectMany(gaugeOrSum => gaugeOrSum.Messages(1))
                    .Select(point => new Series(name, unit, 0, point.Number(6) is not 0 and var whole ? (long)whole : point.Double(4), Attributes(point, 7))));
            }
        }
    }

    private static Dictionary<string, string> Attributes(ProtobufMessage message, int field) =>
        message.Messages(field).ToDictionary(
            attribute => attribute.Text(1),
            attribute => attribute.Message(2).Text(1) is { Length: > 0 } text ? text : attribute.Message(2).Number(3).ToString(null, null));
}

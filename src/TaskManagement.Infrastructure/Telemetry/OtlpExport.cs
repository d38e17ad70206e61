using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.Infrastructure.Telemetry;

/// <summary>
/// Sends traces and metrics to an OpenTelemetry collector, if one is configured, from the background. A collector that does not answer costs
/// what is sent meanwhile and a line in the log; no request waits for it.
/// </summary>
internal sealed class OtlpExport(IOptions<OtlpOptions> options, EventEngine engine, CollectorHealth health) : IHostedService, IDisposable
{
    /// <summary>How long, in milliseconds, a collector may take to answer, and how long the end of the process waits for it.</summary>
    private const int Patience = 3000;

    private static readonly string[] Sources = [Instrumentation.Name, "Microsoft.AspNetCore", "Npgsql"];
    private static readonly string[] Meters =
        [Instrumentation.Name, "Microsoft.AspNetCore.*", "Microsoft.EntityFrameworkCore", "Npgsql", "System.Runtime"];

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Endpoint.Length == 0)
            return Task.CompletedTask;
        // The engine's name is the one under which this process holds leases.
        var resource = ResourceBuilder.CreateDefault().AddService(
            "taskmanagement",
            serviceVersion: typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            serviceInstanceId: engine.Node);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new UnlessLoneQuery()))
            .AddSource(Sources)
            .AddProcessor(new BatchActivityExportProcessor(new TraceExporter(To("traces"), health), exporterTimeoutMilliseconds: Patience))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Meters)
            .AddReader(new PeriodicExportingMetricReader(
                new MetricExporter(To("metrics"), health), options.Value.MetricsIntervalSeconds * 1000, exportTimeoutMilliseconds: Patience))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Task.Run(() => _traces?.Shutdown(Patience), CancellationToken.None), Task.Run(() => _metrics?.Shutdown(Patience), CancellationToken.None));

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private OtlpExporterOptions To(string signal)
    {
        var collector = new Uri(options.Value.Endpoint);
        return options.Value.Protocol == OtlpTransport.Grpc
            ? new() { Protocol = OtlpExportProtocol.Grpc, Endpoint = collector, TimeoutMilliseconds = Patience }
            : new()
            {
                Protocol = OtlpExportProtocol.HttpProtobuf,
                Endpoint = new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/v1/{signal}"),
                TimeoutMilliseconds = Patience,
            };
    }

    private sealed class TraceExporter(OtlpExporterOptions options, CollectorHealth health) : OtlpTraceExporter(options)
    {
        public override ExportResult Export(in Batch<System.Diagnostics.Activity> activityBatch) => health.Note(base.Export(activityBatch));
    }

    private sealed class MetricExporter(OtlpExporterOptions options, CollectorHealth health) : OtlpMetricExporter(options)
    {
        public override ExportResult Export(in Batch<Metric> metrics) => health.Note(base.Export(metrics));
    }

    /// <summary>The engine asks the database something every now and then. A query that belongs to no request and no handler is no trace of its own.</summary>
    private sealed class UnlessLoneQuery : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Kind == System.Diagnostics.ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
    }
}

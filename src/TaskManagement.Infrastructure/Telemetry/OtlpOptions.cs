using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Infrastructure.Telemetry;

/// <summary>The section <c>Otlp</c> of the configuration.</summary>
public sealed class OtlpOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Otlp";

    /// <summary>The collector that traces and metrics are sent to; empty for none.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>How the collector is spoken to.</summary>
    [EnumDataType(typeof(OtlpTransport), ErrorMessage = "Otlp:Protocol must be Grpc or HttpProtobuf.")]
    public OtlpTransport Protocol { get; set; }

    /// <summary>How often metrics are sent, in seconds.</summary>
    [Range(1, 3600, ErrorMessage = "Otlp:MetricsIntervalSeconds must be between 1 and 3600.")]
    public int MetricsIntervalSeconds { get; set; } = 30;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint.Length > 0 && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            yield return new("Otlp:Endpoint must be an address such as http://localhost:4317, or empty.");
    }
}

/// <summary>A transport of the OpenTelemetry protocol.</summary>
public enum OtlpTransport
{
    /// <summary>gRPC, for which collectors listen on port 4317.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP, for which collectors listen on port 4318; the paths /v1/traces and /v1/metrics are added to the address.</summary>
    HttpProtobuf,
}

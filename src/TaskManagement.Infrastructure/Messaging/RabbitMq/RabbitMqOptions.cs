using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Infrastructure.Messaging.RabbitMq;

/// <summary>The section <c>RabbitMq</c> of the configuration.</summary>
public sealed class RabbitMqOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "RabbitMq";

    /// <summary>Whether events are published to a broker.</summary>
    public bool Enabled { get; set; }

    /// <summary>The broker, as an AMQP URI: <c>amqp://user:password@host:5672/virtual-host</c>, or <c>amqps://</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The topic exchange that events are published to. It is declared, durable, if it does not exist.</summary>
    [Required(ErrorMessage = "RabbitMq:Exchange must not be empty.")]
    [MaxLength(255, ErrorMessage = "RabbitMq:Exchange must have at most 255 characters.")]
    public string Exchange { get; set; } = "taskmanagement.events";

    /// <summary>How long the broker may take to confirm a batch, in seconds.</summary>
    [Range(1, 600, ErrorMessage = "RabbitMq:ConfirmSeconds must be between 1 and 600.")]
    public int ConfirmSeconds { get; set; } = 30;

    /// <summary>The broker.</summary>
    internal Uri? Broker =>
        Uri.TryCreate(ConnectionString, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" ? uri : null;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Enabled && Broker is null)
            yield return new("RabbitMq:ConnectionString must be an AMQP URI, such as amqp://user:password@localhost:5672/.");
    }
}

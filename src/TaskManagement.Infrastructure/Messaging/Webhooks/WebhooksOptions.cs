using System.ComponentModel.DataAnnotations;
using System.Net;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>The section <c>Webhooks</c> of the configuration.</summary>
public sealed class WebhooksOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Webhooks";

    /// <summary>
    /// Networks that webhooks may call although they are private, in CIDR notation, separated by commas: <c>10.1.0.0/16,::1/128</c>. Without it
    /// only addresses of the public internet are called.
    /// </summary>
    public string? AllowPrivateNetworks { get; set; }

    /// <summary>How long one call may take, in seconds, from the resolution of the name to the last byte of the answer that is kept.</summary>
    [Range(0.1, 60, ErrorMessage = "Webhooks:TimeoutSeconds must be between 0.1 and 60.")]
    public double TimeoutSeconds { get; set; } = 15;

    /// <summary>How many calls to one webhook are under way at once; those about one task always one after the other.</summary>
    [Range(1, 64, ErrorMessage = "Webhooks:Concurrency must be between 1 and 64.")]
    public int Concurrency { get; set; } = 8;

    /// <summary>How often a call is tried before the event becomes a dead letter: with the waits below, over about 75 hours.</summary>
    [Range(1, 100, ErrorMessage = "Webhooks:MaxAttempts must be between 1 and 100.")]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>The wait before the second attempt, in seconds. Each wait is made shorter or longer at random, by up to a quarter.</summary>
    [Range(0.001, 86400, ErrorMessage = "Webhooks:BackoffBaseSeconds must be between 0.001 and 86400.")]
    public double BackoffBaseSeconds { get; set; } = 5;

    /// <summary>By how much each further wait is longer than the one before.</summary>
    [Range(1, 10, ErrorMessage = "Webhooks:BackoffFactor must be between 1 and 10.")]
    public double BackoffFactor { get; set; } = 5;

    /// <summary>The longest wait between two attempts, in seconds; also the longest that a Retry-After is heeded.</summary>
    [Range(0.001, 604800, ErrorMessage = "Webhooks:BackoffCapSeconds must be between 0.001 and 604800.")]
    public double BackoffCapSeconds { get; set; } = 86400;

    /// <summary>What becomes of a task's later events behind a dead letter.</summary>
    [EnumDataType(typeof(AfterDeadLetter), ErrorMessage = "Webhooks:AfterDeadLetter must be Wait or Continue.")]
    public AfterDeadLetter AfterDeadLetter { get; set; }

    /// <summary>For how many hours all calls must have failed before a webhook is switched off.</summary>
    [Range(0.0001, 8760, ErrorMessage = "Webhooks:DisableAfterHours must be between 0.0001 and 8760.")]
    public double DisableAfterHours { get; set; } = 120;

    /// <summary>For how many days the records of calls are kept.</summary>
    [Range(1, 3650, ErrorMessage = "Webhooks:KeepDeliveriesDays must be between 1 and 3650.")]
    public int KeepDeliveriesDays { get; set; } = 30;

    /// <summary>How many webhooks there may be.</summary>
    [Range(0, 10_000, ErrorMessage = "Webhooks:MaxWebhooks must be between 0 and 10000.")]
    public int MaxWebhooks { get; set; } = 1000;

    /// <summary>The networks that may be called although they are private.</summary>
    internal IReadOnlyList<IPNetwork> PrivateNetworks => [.. Listed.Select(IPNetwork.Parse)];

    private string[] Listed => (AllowPrivateNetworks ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from network in Listed
        where !IPNetwork.TryParse(network, out _)
        select new ValidationResult($"Webhooks:AllowPrivateNetworks must be networks in CIDR notation, such as 10.1.0.0/16, not '{network}'.");
}

using System.ComponentModel.DataAnnotations;
using System.Net;

namespace TaskManagement.Api.Security;

/// <summary>The section <c>Proxies</c> of the configuration: who is believed when he says for whom he calls.</summary>
internal sealed class ProxiesOptions : IValidatableObject
{
    public const string Section = "Proxies";

    /// <summary>
    /// Networks of the reverse proxies in front of the service, in CIDR notation, separated by commas: <c>10.1.0.0/16,::1/128</c>. Without it
    /// the address of a client is that of the connection, and <c>X-Forwarded-For</c> is not read.
    /// </summary>
    public string? Trusted { get; set; }

    /// <summary>The networks of the proxies.</summary>
    internal IReadOnlyList<IPNetwork> Networks => [.. Listed.Select(IPNetwork.Parse)];

    private string[] Listed => (Trusted ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from network in Listed
        where !IPNetwork.TryParse(network, out _)
        select new ValidationResult($"Proxies:Trusted must be networks in CIDR notation, such as 10.1.0.0/16, not '{network}'.");
}

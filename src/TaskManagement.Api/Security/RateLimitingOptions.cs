using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Api.Security;

/// <summary>The section <c>RateLimiting</c> of the configuration: how many requests are served to one caller.</summary>
internal sealed class RateLimitingOptions
{
    public const string Section = "RateLimiting";

    /// <summary>Whether there are limits.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests per second of one authenticated actor, in the long run.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimiting:PerSecond must be between 1 and 1000000.")]
    public int PerSecond { get; set; } = 2_000;

    /// <summary>Requests of one authenticated actor at once.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimiting:Burst must be between 1 and 1000000.")]
    public int Burst { get; set; } = 10_000;

    /// <summary>Requests per second of one address that is not authenticated, in the long run: tokens can't be tried out in bulk.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimiting:AnonymousPerSecond must be between 1 and 1000000.")]
    public int AnonymousPerSecond { get; set; } = 20;

    /// <summary>Requests of one address that is not authenticated at once.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimiting:AnonymousBurst must be between 1 and 1000000.")]
    public int AnonymousBurst { get; set; } = 200;
}

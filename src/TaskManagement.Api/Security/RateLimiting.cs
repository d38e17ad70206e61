using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using TaskManagement.Infrastructure;

namespace TaskManagement.Api.Security;

/// <summary>Limits how fast one caller may call: an actor by its id, anyone else by address.</summary>
internal static class RateLimiting
{
    public static IServiceCollection AddRateLimiting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RateLimitingOptions>(configuration, RateLimitingOptions.Section);
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitingOptions>>((limiter, options) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, Math.Ceiling(after.TotalSeconds)) : 1;
                context.HttpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            if (options.Value.Enabled)
                limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => PartitionOf(http, options.Value));
        });
        return services;
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext http, RateLimitingOptions options) =>
        http.User.FindFirst(BearerTokenHandler.ActorClaim)?.Value is { } actor
            ? Bucket(actor, options.PerSecond, options.Burst)
            : Bucket($"address:{http.Connection.RemoteIpAddress}", options.AnonymousPerSecond, options.AnonymousBurst);

    private static RateLimitPartition<string> Bucket(string caller, int perSecond, int burst) =>
        RateLimitPartition.GetTokenBucketLimiter(caller, _ => new()
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
}

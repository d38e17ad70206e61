using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common;
using TaskManagement.Infrastructure;

namespace TaskManagement.Api.Security;

/// <summary>Limits how fast one caller may call: an actor by its id, anyone else by address.</summary>
internal static class RateLimiting
{
    public static IServiceCollection AddRateLimiting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RateLimitingOptions>(configuration, RateLimitingOptions.Section);
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitingOptions>, IOptions<AccountsOptions>>((limiter, options, accounts) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, Math.Ceiling(after.TotalSeconds)) : 1;
                context.HttpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            if (options.Value.Enabled)
            {
                limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                    PartitionedRateLimiter.Create<HttpContext, string>(http => AttemptsOf(http, accounts.Value.AttemptsPerMinutePerAddress)),
                    PartitionedRateLimiter.Create<HttpContext, string>(http => PartitionOf(http, options.Value)));
            }
        });
        return services;
    }

    /// <summary>Whoever they say they are: who tries out passwords has as many names as they like, and one address.</summary>
    private static RateLimitPartition<string> AttemptsOf(HttpContext http, int perMinute) =>
        http.GetEndpoint()?.Metadata.GetMetadata<TakesAttempts>() is null
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter($"attempts:{http.Connection.RemoteIpAddress}", _ => new()
            {
                TokenLimit = perMinute,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
                QueueLimit = 0,
            });

    private static RateLimitPartition<string> PartitionOf(HttpContext http, RateLimitingOptions options) =>
        http.User.FindFirst(BearerTokenHandler.ActorClaim)?.Value is { } actor
            ? Bucket(actor, options.PerSecond, options.Burst)
            : Bucket($"address:{AddressOf(http)}", options.AnonymousPerSecond, options.AnonymousBurst);

    private static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress is { } address ? ClientAddress.Format(address) : null;

    private static RateLimitPartition<string> Bucket(string caller, int perSecond, int burst) =>
        RateLimitPartition.GetTokenBucketLimiter(caller, _ => new()
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
}

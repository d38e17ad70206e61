using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common;

namespace TaskManagement.Api.Security;

/// <summary>Limits how fast one caller may call: an actor by its id, anyone else by address.</summary>
/// <remarks>The container owns it: the timers of limiters that nobody disposes of keep the whole service in memory.</remarks>
internal sealed class RateLimiting(IOptions<RateLimitingOptions> options, IOptions<AccountsOptions> accounts) : IMiddleware, IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _attempts =
        PartitionedRateLimiter.Create<HttpContext, string>(http => AttemptsOf(http, accounts.Value.AttemptsPerMinutePerAddress));

    private readonly PartitionedRateLimiter<HttpContext> _calls =
        PartitionedRateLimiter.Create<HttpContext, string>(http => PartitionOf(http, options.Value));

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!options.Value.Enabled || SecondsToWait(context) is not { } seconds)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _attempts.Dispose();
        _calls.Dispose();
    }

    /// <summary>Null if the request is not one too many.</summary>
    private int? SecondsToWait(HttpContext http)
    {
        using var attempt = _attempts.AttemptAcquire(http);
        using var call = attempt.IsAcquired ? _calls.AttemptAcquire(http) : attempt;
        if (call.IsAcquired)
            return null;
        return call.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
    }

    /// <summary>Whoever they say they are: who tries out passwords has as many names as they like, and one address.</summary>
    private static RateLimitPartition<string> AttemptsOf(HttpContext http, int perMinute) =>
        http.GetEndpoint()?.Metadata.GetMetadata<TakesAttempts>() is null
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter($"attempts:{AddressOf(http)}", _ => new()
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

using System.Diagnostics;

namespace TaskManagement.Api.Security;

/// <summary>The endpoint lets everyone in, and who comes with a token is known by it all the same.</summary>
internal sealed class AsksWhoCalls;

/// <summary>The endpoint takes what can be guessed at, so one address may try it a few times a minute.</summary>
internal sealed class TakesAttempts;

/// <summary>Endpoints that let people in.</summary>
internal static class Entrances
{
    /// <summary>How far the times of answers are apart.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    /// <summary>Lets everyone in, a few times a minute from one address; how long the answer takes tells nothing.</summary>
    public static RouteHandlerBuilder LetsInAnyone(this RouteHandlerBuilder endpoint) =>
        endpoint.AllowAnonymous().WithMetadata(new TakesAttempts()).AddEndpointFilter(AnswerOnBeatAsync);

    /// <summary>
    /// Whether there is an account makes a difference of a tenth of a millisecond or so, which can be measured by who asks often enough. So answers
    /// and refusals alike leave at the next full beat after the request came.
    /// </summary>
    private static async ValueTask<object?> AnswerOnBeatAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await next(invocation);
        }
        finally
        {
            var sinceBeat = new TimeSpan(Stopwatch.GetElapsedTime(started).Ticks % Beat.Ticks);
            await Task.Delay(Beat - sinceBeat, invocation.HttpContext.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

namespace TaskManagement.Api.Security;

/// <summary>The endpoint lets everyone in, and who comes with a token is known by it all the same.</summary>
internal sealed class AsksWhoCalls;

/// <summary>The endpoint takes what can be guessed at, so one address may try it a few times a minute.</summary>
internal sealed class TakesAttempts;

/// <summary>Endpoints that let people in.</summary>
internal static class Entrances
{
    /// <summary>Lets everyone in, a few times a minute from one address.</summary>
    public static RouteHandlerBuilder LetsInAnyone(this RouteHandlerBuilder endpoint) =>
        endpoint.AllowAnonymous().WithMetadata(new TakesAttempts());
}

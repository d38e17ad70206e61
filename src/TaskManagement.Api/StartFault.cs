using System.Net.Sockets;
using Microsoft.Extensions.Options;
using TaskManagement.Infrastructure;

namespace TaskManagement.Api;

/// <summary>What keeps the service from starting and is for whoever runs it to put right.</summary>
internal static class StartFault
{
    /// <summary>The fault in one line, or null if it is one of the service itself.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        OptionsValidationException invalid => Invalid([invalid]),
        AggregateException { InnerExceptions: var several } when several.All(inner => inner is OptionsValidationException) =>
            Invalid(several.Cast<OptionsValidationException>()),
        StartRefusedException refused => refused.Message,
        _ => null,
    };

    /// <summary>Starts to listen.</summary>
    /// <exception cref="StartRefusedException">An address is malformed, taken or not admitted.</exception>
    public static async Task ListenAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or FormatException)
        {
            throw new StartRefusedException($"The service can't listen as Urls says. {exception.Message}", exception);
        }
    }

    private static string Invalid(IEnumerable<OptionsValidationException> invalid) =>
        $"The configuration is invalid. {string.Join(' ', invalid.SelectMany(section => section.Failures))}";
}

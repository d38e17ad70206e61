using System.Diagnostics;
using MediatR;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>Reports every request to trace, metrics and log by its name and ids, never with its contents.</summary>
internal sealed partial class TracingBehavior<TRequest, TResponse>(ICallContext call, CommandScope command, ILogger<TRequest> logger)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    private static readonly string RequestName = typeof(TRequest).Name;

    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        using var span = Instrumentation.Source.StartActivity(RequestName);
        span?.SetTag("taskmanagement.command_id", command.Id);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var response = await next();
            var elapsed = Record(started, "success");
            Handled(RequestName, command.Id, call.Actor.Value, elapsed);
            return response;
        }
        catch (Exception exception)
        {
            var elapsed = Record(started, "failure");
            span?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            Refused(RequestName, command.Id, call.Actor.Value, (exception as DomainException)?.Code ?? exception.GetType().Name, elapsed);
            throw;
        }
    }

    private static double Record(long started, string outcome)
    {
        var elapsed = Stopwatch.GetElapsedTime(started);
        Instrumentation.RequestDuration.Record(elapsed.TotalSeconds, new("request", RequestName), new("outcome", outcome));
        return elapsed.TotalMilliseconds;
    }

    [LoggerMessage(1, LogLevel.Debug, "{Request} {CommandId} of {Actor} handled in {Milliseconds:0.0} ms")]
    private partial void Handled(string request, Guid commandId, string actor, double milliseconds);

    [LoggerMessage(2, LogLevel.Information, "{Request} {CommandId} of {Actor} ended with {Error} after {Milliseconds:0.0} ms")]
    private partial void Refused(string request, Guid commandId, string actor, string error, double milliseconds);
}

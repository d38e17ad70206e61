using System.Diagnostics;
using MediatR;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>
/// Reports every request, by its name and ids and never with its contents: to trace, metrics and log, and of commands also to whoever listens
/// that they start, succeed or fail. A command that fails leaves a trace in the event log, though nothing of it is kept.
/// </summary>
internal sealed partial class ReportingBehavior<TRequest, TResponse>(
    ICallContext call, CommandScope command, IUnitOfWork unitOfWork, ActionEvents actions, ICommandFailures failures, ILogger<TRequest> logger)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IBaseRequest
{
    private static readonly string RequestName = typeof(TRequest).Name;
    private static readonly bool IsCommand = typeof(TRequest).IsAssignableTo(typeof(ICommand));
    private static readonly string StartedName = ActionEvent.NameOf(RequestName, ActionPhase.Started);
    private static readonly string SucceededName = ActionEvent.NameOf(RequestName, ActionPhase.Succeeded);
    private static readonly string FailedName = ActionEvent.NameOf(RequestName, ActionPhase.Failed);
    private static readonly string DeniedName = ActionEvent.NameOf(RequestName, ActionPhase.Denied);

    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        using var span = Instrumentation.Source.StartActivity(RequestName);
        span?.SetTag("taskmanagement.command_id", command.Id);
        // The scope that sent the command first tells of all its attempts as one.
        var isRepetition = IsCommand && command.IsRepetition && !unitOfWork.IsActive;
        try
        {
            return isRepetition ? await next() : await ReportAsync(next, cancellationToken);
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    private async Task<TResponse> ReportAsync(RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        var isNested = unitOfWork.IsActive;
        if (IsCommand)
        {
            Started(StartedName, command.Id, call.Actor.Value, call.CorrelationId);
            Publish(ActionPhase.Started, isNested, TimeSpan.Zero);
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            var response = await next();
            var duration = Stopwatch.GetElapsedTime(started);
            Record(duration, "success");
            Succeeded(SucceededName, command.Id, call.Actor.Value, call.CorrelationId, duration.TotalMilliseconds);
            Publish(ActionPhase.Succeeded, isNested, duration);
            return response;
        }
        catch (Exception exception)
        {
            var duration = Stopwatch.GetElapsedTime(started);
            var (code, isDenied) = (Refusals.CodeOf(exception), exception is ForbiddenException);
            Record(duration, isDenied ? "denied" : "failure");
            Failed(isDenied ? DeniedName : FailedName, command.Id, call.Actor.Value, call.CorrelationId, code, duration.TotalMilliseconds);
            Publish(isDenied ? ActionPhase.Denied : ActionPhase.Failed, isNested, duration, code);
            if (IsCommand && !isNested && LeavesTrace(exception, cancellationToken))
                await failures.RecordAsync(new(command, RequestName, exception, duration));
            throw;
        }
    }

    /// <summary>
    /// Whether the log should know of it: not if nothing was attempted, or the caller thought better of it. What an after-commit handler fails
    /// at is told of by the engine, which tries it again.
    /// </summary>
    private bool LeavesTrace(Exception exception, CancellationToken cancellationToken) =>
        command.Call is null
        && exception is not (InvalidRequestException or InvalidValueException)
        && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private void Publish(ActionPhase phase, bool isNested, TimeSpan duration, string? code = null)
    {
        if (IsCommand && actions.IsObserved)
            actions.Publish(new(command.Id, RequestName, phase, call.Actor, call.CorrelationId, isNested, duration, code));
    }

    private static void Record(TimeSpan duration, string outcome) =>
        Instrumentation.RequestDuration.Record(duration.TotalSeconds, new("request", RequestName), new("outcome", outcome));

    [LoggerMessage(1, LogLevel.Debug, "{Action} {CommandId} of {Actor}, conversation {CorrelationId}", EventName = "action_started")]
    private partial void Started(string action, Guid commandId, string actor, string correlationId);

    [LoggerMessage(2, LogLevel.Debug, "{Action} {CommandId} of {Actor}, conversation {CorrelationId}, after {Milliseconds:0.0} ms", EventName = "action_succeeded")]
    private partial void Succeeded(string action, Guid commandId, string actor, string correlationId, double milliseconds);

    [LoggerMessage(3, LogLevel.Information, "{Action} {CommandId} of {Actor}, conversation {CorrelationId}, with {Code} after {Milliseconds:0.0} ms", EventName = "action_failed")]
    private partial void Failed(string action, Guid commandId, string actor, string correlationId, string code, double milliseconds);
}

using System.Diagnostics;
using MediatR;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.Telemetry;

/// <summary>
/// Runs a notification handler in a span and a histogram under its own name, unless it is of CloudEvents that the handler does not take. Scrutor puts
/// it around every handler.
/// </summary>
internal sealed class MeasuredNotificationHandler<TNotification>(INotificationHandler<TNotification> inner, SlowHandlers slow)
    : INotificationHandler<TNotification>
    where TNotification : INotification
{
    public async Task Handle(TNotification notification, CancellationToken cancellationToken)
    {
        var handler = inner.GetType();
        if (notification is IDomainEvent happened && !CloudEventTypesAttribute.Takes(handler, happened))
            return;
        var tags = new TagList { { "handler", handler.Name }, { "event", notification.GetType().Name } };
        using var span = Instrumentation.Source.StartActivity(handler.Name, ActivityKind.Internal, default(ActivityContext), tags);
        var started = Stopwatch.GetTimestamp();
        var outcome = "failure";
        var outer = RunningHandler.Current;
        RunningHandler.Current = handler;
        try
        {
            await inner.Handle(notification, cancellationToken);
            outcome = "success";
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
        finally
        {
            RunningHandler.Current = outer;
            tags.Add("outcome", outcome);
            var elapsed = Stopwatch.GetElapsedTime(started);
            Instrumentation.HandlerDuration.Record(elapsed.TotalSeconds, tags);
            slow.Report(handler.Name, notification.GetType().Name, elapsed);
        }
    }
}

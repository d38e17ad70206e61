using MediatR;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Audit.Reactions;

/// <summary>Writes a line of JSON to the log for every event, in the category TaskManagement.Audit: who did what to which resource, and nothing of its contents.</summary>
[Subscription("audit-log", BatchSize = 100, Replayable = true)]
internal sealed class WriteAuditLog(ILoggerFactory loggers) : INotificationHandler<Committed<IDomainEvent>>
{
    private const string Category = "TaskManagement.Audit";

    private static readonly EventId Name = new(1, "audit");

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken)
    {
        if (_logger.IsEnabled(LogLevel.Information))
            _logger.Log(LogLevel.Information, Name, new AuditLine(notification.Logged), exception: null, static (line, _) => line.ToString());
        return Task.CompletedTask;
    }
}

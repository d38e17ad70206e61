using TaskManagement.Application.Common;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>After-commit handlers went on causing each other's events beyond the limit.</summary>
/// <param name="limit">The limit.</param>
internal sealed class CausationLoopException(int limit)
    : Exception($"More than {limit} after-commit handlers led to this event, one after the other. Break the cycle, or raise Events:MaxCausationDepth."), IRefusal
{
    public string Code => "event.causation_loop";
}

using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common;

/// <summary>Says who makes the change at hand, and when.</summary>
public interface IChangeStamps
{
    /// <summary>The caller and the present, to the millisecond: what every database keeps and JavaScript reads without loss.</summary>
    ChangeStamp Now();
}

internal sealed class ChangeStamps(ICallContext call, TimeProvider clock) : IChangeStamps
{
    public ChangeStamp Now()
    {
        var now = clock.GetUtcNow();
        return new(call.Actor, new(now.Ticks - now.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero));
    }
}

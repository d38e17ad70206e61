namespace TaskManagement.Application.Common.Telemetry;

/// <summary>Which notification handlers are running in this scope, the innermost last: so that an error can name the one that caused it.</summary>
public sealed class RunningHandlers
{
    private readonly Stack<Type> _running = new();

    /// <summary>The innermost running handler, or null.</summary>
    public Type? Current => _running.TryPeek(out var handler) ? handler : null;

    internal void Enter(Type handler) => _running.Push(handler);

    internal void Leave() => _running.Pop();
}

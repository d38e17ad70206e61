namespace TaskManagement.Application.Common.Telemetry;

/// <summary>
/// Which notification handler is running, so that an error can name the one that caused it. It flows with the work and not with a scope:
/// a handler may be registered with any lifetime.
/// </summary>
public static class RunningHandler
{
    private static readonly AsyncLocal<Type?> Flowing = new();

    /// <summary>The innermost running handler, or null.</summary>
    public static Type? Current
    {
        get => Flowing.Value;
        internal set => Flowing.Value = value;
    }
}

using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace TaskManagement.Application.Common.Actions;

/// <summary>
/// Tells whoever listens in this process that commands start, succeed and fail. Observers come and go at any time. One that throws is logged
/// and breaks nothing; what one does after its first await delays no command. What must not be lost belongs in an after-commit handler instead.
/// </summary>
public sealed partial class ActionEvents(ILogger<ActionEvents> logger)
{
    private ImmutableArray<Observer> _observers = [];

    /// <summary>Whether anyone listens. If not, nothing is made that no one would see.</summary>
    internal bool IsObserved => !_observers.IsEmpty;

    /// <summary>Has an observer called with every action that fits, until what is returned is disposed.</summary>
    /// <param name="pattern">The name of a command, such as <c>CompleteTask</c>; the beginning of names, such as <c>Complete*</c>; or <c>*</c> for all.</param>
    /// <param name="observe">Called on the command's own thread, so it must be quick until its first await. No one waits for the rest.</param>
    /// <exception cref="ArgumentException">The pattern is not of that form.</exception>
    public IDisposable Subscribe(string pattern, Func<ActionEvent, ValueTask> observe)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (pattern.AsSpan(0, pattern.Length - 1).Contains('*'))
            throw new ArgumentException($"'{pattern}' is no pattern: an asterisk may be its last character only.", nameof(pattern));
        var observer = new Observer(this, pattern, observe);
        ImmutableInterlocked.Update(ref _observers, static (all, added) => all.Add(added), observer);
        return observer;
    }

    /// <summary>Has an observer called with every action that fits, until what is returned is disposed.</summary>
    /// <param name="pattern">The name of a command, such as <c>CompleteTask</c>; the beginning of names, such as <c>Complete*</c>; or <c>*</c> for all.</param>
    /// <param name="observe">Called on the command's own thread, so it must be quick.</param>
    /// <exception cref="ArgumentException">The pattern is not of that form.</exception>
    public IDisposable Subscribe(string pattern, Action<ActionEvent> observe) => Subscribe(pattern, action =>
    {
        observe(action);
        return ValueTask.CompletedTask;
    });

    /// <summary>Tells everyone whose pattern fits.</summary>
    internal void Publish(ActionEvent action)
    {
        foreach (var observer in _observers)
        {
            if (observer.Takes(action.Command))
                Tell(observer, action);
        }
    }

    private void Tell(Observer observer, ActionEvent action)
    {
        ValueTask observing;
        try
        {
            observing = observer.Observe(action);
        }
        catch (Exception exception)
        {
            // A command must not fail because someone was looking on.
            Failed(observer.Pattern, action.Name, action.CommandId, exception);
            return;
        }

        if (!observing.IsCompletedSuccessfully)
            _ = LogFailureAsync(observing, observer, action);
    }

    private async Task LogFailureAsync(ValueTask observing, Observer observer, ActionEvent action)
    {
        try
        {
            await observing;
        }
        catch (Exception exception)
        {
            Failed(observer.Pattern, action.Name, action.CommandId, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The observer of {Pattern} failed at {Action} {CommandId}", EventName = "action_observer_failed")]
    private partial void Failed(string pattern, string action, Guid commandId, Exception exception);

    private sealed class Observer(ActionEvents owner, string pattern, Func<ActionEvent, ValueTask> observe) : IDisposable
    {
        public string Pattern => pattern;

        public bool Takes(string command) => pattern[^1] == '*'
            ? command.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
            : string.Equals(command, pattern, StringComparison.Ordinal);

        public ValueTask Observe(ActionEvent action) => observe(action);

        public void Dispose() => ImmutableInterlocked.Update(ref owner._observers, static (all, removed) => all.Remove(removed), this);
    }
}

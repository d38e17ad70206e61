using FluentValidation;

namespace TaskManagement.Application.Common.EventLog;

internal static class EventTypeRules
{
    /// <summary>The text must mean event types that there are: one that is misspelt would be waited for in vain.</summary>
    public static void IsEventTypes<T>(this IRuleBuilder<T, string> rule, IEventTypeNames types) =>
        rule.Passes(text => EventTypePattern.Parse(text) switch
        {
            null => new("type.malformed", "An event type is written like task.completed, taskmanagement.task.completed.v1, task.* or *."),
            { } pattern when !types.IsKnown(pattern) => new("type.unknown", "There is no event type of this name."),
            _ => null,
        });
}

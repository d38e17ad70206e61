using FluentValidation;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Operations;

/// <summary>What every choice of parked events must be.</summary>
internal static class ParkedChoiceValidation
{
    /// <summary>The most parked events that may be named one by one.</summary>
    public const int MaxIds = 1000;

    private static readonly TextRule Name = new("subscription", 100);
    private static readonly ValueError MalformedType = new("type.malformed", "An event type is written like task.completed, task.* or *.");

    public static void AreParkedIds<T>(this IRuleBuilder<T, IReadOnlyList<long>?> rule, Func<T, ParkedFilter?> filterOf) =>
        rule.Custom((ids, context) =>
        {
            if (ids is null == filterOf(context.InstanceToValidate) is null)
                context.Fail("choice.required", "Choose parked events either by ids or by a filter; an empty filter chooses all.");
            else if (ids is { Count: 0 or > MaxIds })
                context.Fail("ids.out_of_range", $"There must be 1 to {MaxIds} ids; choose more of them by a filter.");
        });

    public static void IsParkedFilter<T>(this IRuleBuilder<T, ParkedFilter?> rule) => rule.Passes(filter =>
        (filter?.Subscription is { } name ? Name.Check(name) : null) ?? (filter?.Type is { } type && EventTypePattern.Parse(type) is null ? MalformedType : null));

    private static void Fail<T>(this ValidationContext<T> context, string code, string message) =>
        context.AddFailure(new FluentValidation.Results.ValidationFailure(context.PropertyPath, message) { ErrorCode = code });
}

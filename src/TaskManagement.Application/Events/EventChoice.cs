using FluentValidation;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;

namespace TaskManagement.Application.Events;

/// <summary>Which events of the log a caller wants, and from which place on.</summary>
public interface IEventChoice
{
    /// <summary>After this place, which an event or a page gave out; null if the caller names none.</summary>
    string? After { get; }

    /// <summary>Of any of these types, each as <see cref="EventTypePattern"/> reads it; of all if there are none.</summary>
    IReadOnlyList<string> Type { get; }

    /// <summary>About this aggregate.</summary>
    Guid? Subject { get; }
}

/// <summary>What every choice of events must be, and what it means.</summary>
internal static class EventChoice
{
    public static void ChoosesEvents<T>(this AbstractValidator<T> validator, IEventTypeNames types)
        where T : IEventChoice
    {
        validator.RuleFor(q => q.After).Must(after => after is null || Positions.TryParse(after, out _)).WithErrorCode("after.malformed")
            .WithMessage("after must be a position or a nextCursor that this feed gave out.");
        validator.RuleForEach(q => q.Type).IsEventTypes(types);
    }

    public static IReadOnlyList<EventTypePattern> Patterns(this IEventChoice choice) => [.. choice.Type.Select(EventTypePattern.Parse).OfType<EventTypePattern>()];

    /// <summary>The position after which to begin, which the log must have come to; null if the caller names none.</summary>
    /// <exception cref="InvalidRequestException">The log does not go as far.</exception>
    public static long? Position(this IEventChoice choice, long head)
    {
        if (choice.After is null)
            return null;
        var after = Positions.Parse(choice.After);
        return after <= head
            ? after
            : throw new InvalidRequestException(new RequestError("after.beyond_end", "The log does not go as far: this is a position in another log, or in one that was restored since.", Parameter: "after"));
    }
}

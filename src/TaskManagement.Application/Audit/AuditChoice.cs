using FluentValidation;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Audit;

/// <summary>Which entries of the audit trail a caller wants: those that pass every filter that is set.</summary>
public interface IAuditChoice
{
    /// <summary>By this actor, such as <c>token:0198f5e2-…</c> or <c>system:alerts</c>.</summary>
    string? Actor { get; }

    /// <summary>Any of these actions, each as <see cref="EventTypePattern"/> reads it; all if there are none.</summary>
    IReadOnlyList<string> Action { get; }

    /// <summary>To this resource: a kind such as <c>task</c>, or one such as <c>task/0198f5e2-…</c>.</summary>
    string? Resource { get; }

    /// <summary>From this address, IPv4 or IPv6.</summary>
    string? Address { get; }

    /// <summary>At or after this time.</summary>
    DateTimeOffset? From { get; }

    /// <summary>Before this time.</summary>
    DateTimeOffset? To { get; }
}

/// <summary>What every choice of entries must be, and what it means.</summary>
internal static class AuditChoice
{
    public static void ChoosesEntries<T>(this AbstractValidator<T> validator, IEventTypeNames types)
        where T : IAuditChoice
    {
        validator.RuleFor(q => q.Actor).Must(actor => actor is null or { Length: > 0 and <= ActorId.MaxLength }).WithErrorCode("actor.malformed")
            .WithMessage($"The actor has 1 to {ActorId.MaxLength} characters.");
        validator.RuleForEach(q => q.Action).IsEventTypes(types);
        validator.RuleFor(q => q.Resource).Must(resource => resource is null || AuditResource.Parse(resource) is not null).WithErrorCode("resource.malformed")
            .WithMessage("The resource is a kind, such as task, or a kind and an id, such as task/0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04.");
        validator.RuleFor(q => q.Address).Must(address => address is null || ClientAddress.Canonical(address) is not null).WithErrorCode("address.malformed")
            .WithMessage("The address is one of IPv4 or IPv6, such as 192.0.2.17 or 2001:db8::17.");
    }

    /// <summary>The last entries up to a position, the last first.</summary>
    public static EventFilter LastUpTo(this IAuditChoice choice, long position, int limit)
    {
        var resource = AuditResource.Parse(choice.Resource) ?? default;
        return new()
        {
            UpTo = position,
            Viewer = null,
            Types = [.. choice.Action.Select(EventTypePattern.Parse).OfType<EventTypePattern>()],
            StreamType = resource.Type,
            StreamId = resource.Id,
            Actor = choice.Actor is { } actor ? new ActorId(actor) : null,
            Address = ClientAddress.Canonical(choice.Address),
            From = choice.From,
            Before = choice.To,
            NewestFirst = true,
            Limit = limit,
        };
    }
}

/// <summary>What something was done to.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Id">The one of that kind, or null for all.</param>
internal readonly record struct AuditResource(string? Type, Guid? Id)
{
    /// <summary>Reads <c>task</c> or <c>task/0198f5e2-…</c>.</summary>
    public static AuditResource? Parse(string? text) => text?.Split('/') switch
    {
        [var type] when IsWord(type) => new(type, null),
        [var type, var id] when IsWord(type) && Guid.TryParseExact(id, "D", out var parsed) => new(type, parsed),
        _ => null,
    };

    private static bool IsWord(string type) =>
        type.Length is > 0 and <= 50 && type.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}

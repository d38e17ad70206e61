using System.Globalization;
using System.Text.Json;
using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Audit;

/// <summary>Lists who did what to which resource, the last first: every event in the log, those that pass every filter that is set.</summary>
[Requires(Scopes.Admin)]
public sealed record ListAudit : IQuery<Page<AuditEntryDto>>
{
    /// <summary>By this actor, such as <c>token:0198f5e2-…</c> or <c>system:alerts</c>.</summary>
    public string? Actor { get; init; }

    /// <summary>Any of these actions, each as <see cref="EventTypePattern"/> reads it; all if there are none.</summary>
    public IReadOnlyList<string> Action { get; init; } = [];

    /// <summary>To this resource: a kind such as <c>task</c>, or one such as <c>task/0198f5e2-…</c>.</summary>
    public string? Resource { get; init; }

    /// <summary>At or after this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The most entries to return.</summary>
    public int Limit { get; init; } = PageLimits.Default;

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>Something that was done, or that happened.</summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Action">What was done: the type of the event, such as <c>task.completed</c>.</param>
/// <param name="ResourceType">The kind of what it was done to, such as <c>task</c>.</param>
/// <param name="ResourceId">The id of what it was done to.</param>
/// <param name="Actor">On whose behalf.</param>
/// <param name="At">When.</param>
/// <param name="CorrelationId">What the caller, or else the trace, named the conversation by.</param>
/// <param name="CausationId">The event that led to it, or the command.</param>
/// <param name="Details">What the event states.</param>
public sealed record AuditEntryDto(
    Guid Id,
    string Action,
    string ResourceType,
    Guid ResourceId,
    string Actor,
    DateTimeOffset At,
    string CorrelationId,
    Guid CausationId,
    JsonElement Details)
{
    internal static AuditEntryDto From(LoggedEvent logged) => new(
        logged.EventId,
        logged.Type,
        logged.StreamType,
        logged.StreamId,
        logged.Actor,
        logged.OccurredAt,
        logged.CorrelationId,
        logged.CausationId,
        JsonSerializer.Deserialize<JsonElement>(logged.Payload));
}

internal sealed class ListAuditValidator : AbstractValidator<ListAudit>
{
    public ListAuditValidator(IEventTypeNames types)
    {
        RuleFor(q => q.Actor).Must(actor => actor is null or { Length: > 0 and <= ActorId.MaxLength }).WithErrorCode("actor.malformed")
            .WithMessage($"The actor has 1 to {ActorId.MaxLength} characters.");
        RuleForEach(q => q.Action).IsEventTypes(types);
        RuleFor(q => q.Resource).Must(resource => resource is null || AuditResource.Parse(resource) is not null).WithErrorCode("resource.malformed")
            .WithMessage("The resource is a kind, such as task, or a kind and an id, such as task/0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04.");
        RuleFor(q => q.Limit).IsPageLimit();
    }
}

internal sealed class ListAuditHandler(IEventSearch events) : IRequestHandler<ListAudit, Page<AuditEntryDto>>
{
    private const string Sort = "-position";

    public async Task<Page<AuditEntryDto>> Handle(ListAudit request, CancellationToken cancellationToken)
    {
        var upTo = request.Cursor is { } cursor ? PositionIn(cursor) - 1 : await events.HeadAsync(cancellationToken);
        var resource = AuditResource.Parse(request.Resource) ?? default;
        var found = await events.FindAsync(
            new()
            {
                UpTo = upTo,
                Types = [.. request.Action.Select(EventTypePattern.Parse).OfType<EventTypePattern>()],
                StreamType = resource.Type,
                StreamId = resource.Id,
                Actor = request.Actor is { } actor ? new ActorId(actor) : null,
                From = request.From,
                Before = request.To,
                NewestFirst = true,
                Limit = request.Limit + 1,
            },
            cancellationToken);
        return found.Count <= request.Limit
            ? new([.. found.Select(AuditEntryDto.From)], null)
            : new([.. found.Take(request.Limit).Select(AuditEntryDto.From)], CursorAfter(found[request.Limit - 1]));
    }

    private static string CursorAfter(LoggedEvent last) =>
        new Cursor(Sort, last.Position!.Value.ToString(CultureInfo.InvariantCulture), Guid.Empty).Encode();

    private static long PositionIn(string text) =>
        Cursor.Decode(text, Sort) is { } cursor && long.TryParse(cursor.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw Cursor.Broken();
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

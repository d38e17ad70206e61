using System.Text.Json;
using System.Text.Json.Nodes;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>Reads the events of one name, in whatever version of its shape they were written.</summary>
/// <param name="name">The name, and the newest version.</param>
/// <param name="shape">The shape of the newest version.</param>
/// <param name="upcasters">The upcasters from version 1, 2, 3 … to the newest.</param>
internal sealed class EventReader(EventTypeAttribute name, Type shape, IReadOnlyList<IUpcaster> upcasters)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = AppJson.MaxDepth, AllowDuplicateProperties = false };

    public DomainEvent Read(LoggedEvent logged)
    {
        if (logged.TypeVersion > name.Version)
        {
            throw new UnreadableEventException(
                $"{name.Name} version {logged.TypeVersion} is newer than version {name.Version}, which this node knows. Run a version of the service that knows it.");
        }

        if (logged.TypeVersion < 1)
            throw new UnreadableEventException($"{name.Name} version {logged.TypeVersion} never was: versions begin with 1. Correct the row, or discard it.");
        var read = (logged.TypeVersion == name.Version ? ReadNewest(logged) : ReadOlder(logged)) ?? throw Malformed(logged, "It is null.");
        // Neither is part of what the event states.
        return (DomainEvent)read with { EventId = logged.EventId, OccurredAt = logged.OccurredAt };
    }

    private object? ReadNewest(LoggedEvent logged)
    {
        try
        {
            return JsonSerializer.Deserialize(logged.Payload, shape, EventTypes.Exact);
        }
        catch (Exception wrong) when (IsOfThePayload(wrong))
        {
            throw Malformed(logged, Why(wrong), wrong);
        }
    }

    private object? ReadOlder(LoggedEvent logged)
    {
        var payload = Parse(logged);
        for (var version = logged.TypeVersion; version < name.Version; version++)
            payload = Upcast(logged, payload, upcasters[version - 1]);
        try
        {
            return payload.Deserialize(shape, EventTypes.Exact);
        }
        catch (Exception wrong) when (IsOfThePayload(wrong))
        {
            throw new UnreadableEventException(
                $"{name.Name} version {logged.TypeVersion} became something else than version {name.Version}: {Why(wrong)} Correct its upcasters.", wrong);
        }
    }

    private static JsonObject Parse(LoggedEvent logged)
    {
        try
        {
            return JsonNode.Parse(logged.Payload, documentOptions: Strict) as JsonObject ?? throw Malformed(logged, "It is no object.");
        }
        catch (JsonException wrong)
        {
            throw Malformed(logged, Why(wrong), wrong);
        }
    }

    private static JsonObject Upcast(LoggedEvent logged, JsonObject payload, IUpcaster upcaster)
    {
        try
        {
            return upcaster.Upcast(payload);
        }
        catch (Exception wrong)
        {
            // Whatever an upcaster stumbles over, it is this payload that it can't read.
            throw new UnreadableEventException(
                $"{logged.Type} version {logged.TypeVersion} can't be brought from version {upcaster.FromVersion} to the next: {upcaster.GetType().Name} failed with {wrong.GetType().Name}. Correct it.",
                wrong);
        }
    }

    /// <summary>The serializer says what is wrong with JSON; types of ours say what is wrong with a value.</summary>
    private static bool IsOfThePayload(Exception exception) => exception is JsonException or DomainException or ArgumentException or FormatException;

    private static string Why(Exception wrong) =>
        wrong is JsonException { Path: { } path } && !wrong.Message.Contains(path, StringComparison.Ordinal) ? $"{path}: {wrong.Message}" : wrong.Message;

    private static UnreadableEventException Malformed(LoggedEvent logged, string why, Exception? inner = null) => new(
        $"The payload of {logged.Type} version {logged.TypeVersion} is not of that shape: {why} Either the class of the event was changed without a new version, or the row in the log was.",
        inner);
}

using System.Text.Json;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Application.Incoming;

/// <summary>Reads what CloudEvents say.</summary>
public static class CloudEventData
{
    /// <summary>The deepest nesting of data. It goes out within an event, its envelope and a page of them, and no document is nested deeper than <see cref="AppJson.MaxDepth"/>.</summary>
    public const int MaxDepth = AppJson.MaxDepth - 4;

    /// <summary>Reads data that is an object of a class of ours, as strictly as the body of a request: members that the class lacks are refused by name.</summary>
    /// <exception cref="InvalidRequestException">The data is something else. In the transaction, whoever sent the event is told where it is wrong.</exception>
    public static T ReadData<T>(this IncomingCloudEvent cloudEvent)
    {
        if (cloudEvent.Data is not { ValueKind: JsonValueKind.Object } data)
            throw Invalid("json.not_an_object", "The data must be a JSON object.", "/data");
        var known = AppJson.Options.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        RequestError[] unknown =
        [
            .. data.EnumerateObject().Where(member => !known.Contains(member.Name))
                .Select(member => new RequestError("member.unknown", "There is no such member.", Pointer: "/data/" + JsonPointers.Escape(member.Name))),
        ];
        if (unknown.Length > 0)
            throw new InvalidRequestException(unknown);
        try
        {
            return data.Deserialize<T>(AppJson.Options)!;
        }
        catch (JsonException exception)
        {
            var pointer = "/data" + JsonPointers.FromJsonPath(exception.Path);
            throw exception.InnerException is InvalidValueException invalid
                ? Invalid(invalid.Code, invalid.Message, pointer)
                : Invalid("json.wrong_type", "The value is not of the type that this member takes.", pointer);
        }
    }

    private static InvalidRequestException Invalid(string code, string detail, string pointer) => new(new RequestError(code, detail, Pointer: pointer));
}

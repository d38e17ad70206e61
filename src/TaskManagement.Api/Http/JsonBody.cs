using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Common;

namespace TaskManagement.Api.Http;

/// <summary>
/// A JSON object as body, read strictly: every member that can't be set is refused by name, and the answer lists all of them.
/// No body is an empty object, unless a member is missed later.
/// </summary>
/// <typeparam name="T">What the body says.</typeparam>
/// <typeparam name="TRepresentation">What the body is about: its other members exist and can't be set here.</typeparam>
internal sealed class JsonBody<T, TRepresentation> : IEndpointParameterMetadataProvider
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = AppJson.MaxDepth };

    // What JSON makes of a type takes long to find out: not before the first body comes.
    private static readonly Lazy<HashSet<string>> Settable = new(() => Members(typeof(T)));
    private static readonly Lazy<HashSet<string>> ReadOnly = new(() => Members(typeof(TRepresentation)));

    private JsonBody(T value) => Value = value;

    public T Value { get; }

    public static async ValueTask<JsonBody<T, TRepresentation>> BindAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.HasJsonContentType() && JsonBodies.IsUtf8(request))
            return new(Read(await ParseAsync(request, context.RequestAborted)));
        var carriesBody = request.ContentLength > 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count > 0);
        return carriesBody || request.ContentType is not null
            ? throw new BadHttpRequestException("The body must be JSON in UTF-8, with Content-Type: application/json.", StatusCodes.Status415UnsupportedMediaType)
            : new(Read(JsonSerializer.SerializeToElement(new { })));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        var types = builder.Metadata.OfType<HttpMethodMetadata>().Any(methods => methods.HttpMethods.Contains(HttpMethods.Patch))
            ? new[] { "application/merge-patch+json", "application/json" }
            : ["application/json"];
        builder.Metadata.Add(new AcceptsMetadata(types, typeof(T), isOptional: typeof(T).GetProperties().Length == 1));
    }

    private static async Task<JsonElement> ParseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Strict, cancellationToken);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw Malformed("json.malformed", $"The body is not well-formed JSON: {JsonBodies.Sentence(exception)}", "");
        }
    }

    private static T Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw Malformed("json.not_an_object", "The body must be a JSON object.", "");
        try
        {
            return Unsettable(body) is { Count: > 0 } errors ? throw new MalformedRequestException(errors) : body.Deserialize<T>(AppJson.Options)!;
        }
        catch (InvalidOperationException)
        {
            // Names of members are decoded only when they are asked for.
            throw Malformed("json.malformed", "The body has a member whose name is not well-formed Unicode.", "");
        }
        catch (JsonException exception)
        {
            var pointer = JsonPointers.FromJsonPath(exception.Path);
            throw exception.InnerException is InvalidValueException invalid
                ? new InvalidRequestException(RequestError.At(pointer, new(invalid.Code, invalid.Message)))
                : Malformed("json.wrong_type", "The value is not of the type that this member takes.", pointer);
        }
    }

    private static List<RequestError> Unsettable(JsonElement body)
    {
        var errors = new List<RequestError>();
        foreach (var member in body.EnumerateObject())
        {
            if (Settable.Value.Contains(member.Name))
                continue;
            var pointer = "/" + JsonPointers.Escape(member.Name);
            errors.Add(ReadOnly.Value.Contains(member.Name)
                ? new("member.read_only", $"{member.Name} can't be set here.{Hint(member.Name)}", Pointer: pointer)
                : new("member.unknown", "There is no such member.", Pointer: pointer));
        }

        return errors;
    }

    private static string Hint(string member) => member switch
    {
        "status" or "completedAt" => " Use POST …/start, …/complete, …/cancel or …/reopen.",
        "archivedAt" => " Use POST …/archive or …/unarchive.",
        "deletedAt" => " Use DELETE, or POST …/restore.",
        "dueAt" => " It follows from due.",
        _ => "",
    };

    private static HashSet<string> Members(Type type) =>
        AppJson.Options.GetTypeInfo(type).Properties.Select(property => property.Name).ToHashSet(StringComparer.Ordinal);

    private static MalformedRequestException Malformed(string code, string detail, string pointer) =>
        new(new RequestError(code, detail, Pointer: pointer));
}

/// <summary>What holds for every body in JSON.</summary>
internal static class JsonBodies
{
    // RFC 8259 knows no other encoding, and what was written in one would be misread.
    public static bool IsUtf8(HttpRequest request) =>
        request.GetTypedHeaders().ContentType?.Charset is not { HasValue: true } charset || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    // Without a position it is about a member that is given twice, and names it.
    public static string Sentence(JsonException exception) => exception.LineNumber is { } line
        ? $"see line {line + 1}, byte {exception.BytePositionInLine + 1}."
        : exception.Message;
}

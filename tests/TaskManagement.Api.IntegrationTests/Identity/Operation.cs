using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Common.Access;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>An operation of the API, with the example that the document gives of it and what its use case declares.</summary>
internal sealed record Operation(HttpMethod Method, string Path, string UseCase, IReadOnlyDictionary<string, string> PathValues, string? MediaType, string? Body)
{
    private static readonly Dictionary<string, RequiresAttribute> Declared = typeof(RequiresAttribute).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(RequiresAttribute), inherit: false))
        .ToDictionary(type => type.Name, RequiresAttribute.Of, StringComparer.Ordinal);

    /// <summary>What its use case declares.</summary>
    public RequiresAttribute Needs => Declared[UseCase];

    /// <summary>All operations.</summary>
    public static async Task<IReadOnlyList<Operation>> AllAsync(ApiHost host)
    {
        var document = await host.Client.GetAsync("/openapi/v1.json").ShouldBeAsync(HttpStatusCode.OK);
        return
        [
            .. document["paths"]!.AsObject()
                .SelectMany(path => path.Value!.AsObject(), (path, operation) => Of(path.Key, operation.Key, operation.Value!))
                .OrderBy(operation => operation.Path, StringComparer.Ordinal).ThenBy(operation => operation.Method.Method, StringComparer.Ordinal),
        ];
    }

    /// <summary>The request of the example, about a thing that there is not, or about the one with an id.</summary>
    public HttpRequestMessage ToRequest(Guid? id = null)
    {
        var address = PathValues.Aggregate(Path, (sum, value) => sum.Replace(
            $"{{{value.Key}}}", id is { } one && value.Key == "id" ? one.ToString() : value.Value, StringComparison.Ordinal));
        var request = new HttpRequestMessage(Method, address);
        if (Body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(MediaType!) } };
        return request;
    }

    private static Operation Of(string path, string method, JsonNode operation)
    {
        var values = (operation["parameters"]?.AsArray() ?? []).OfType<JsonNode>().Where(parameter => parameter.Text("in") == "path")
            .ToDictionary(parameter => parameter.Text("name"), parameter => ValueOf(parameter["schema"]!), StringComparer.Ordinal);
        var body = operation["requestBody"]?["content"]?.AsObject().First();
        return new(HttpMethod.Parse(method), path, operation.Text("operationId"), values, body?.Key, body?.Value!["example"]?.ToJsonString() ?? (body is null ? null : "{}"));
    }

    private static string ValueOf(JsonNode schema) => (string?)schema["format"] switch
    {
        "uuid" => Guid.CreateVersion7().ToString(),
        "int64" => "1",
        _ => "mail-assignee",
    };
}

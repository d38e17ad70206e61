using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;

namespace TaskManagement.Api.IntegrationTests;

public sealed class ApiDocumentTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_that_is_served_is_the_one_that_is_committed()
    {
        await using var host = await ApiHost.StartAsync();
        var served = (await host.Client.GetAsync("/openapi/v1.json").ShouldBeAsync(HttpStatusCode.OK)).ToJsonString(Indented) + "\n";

        await Documents.ShouldBeAsync("openapi.json", served);
    }

    [Fact]
    public async Task The_document_says_all_about_every_operation()
    {
        await using var host = await ApiHost.StartAsync();
        var document = await host.Client.GetAsync("/openapi/v1.json").ShouldBeAsync(HttpStatusCode.OK);

        Assert.StartsWith("3.1", document.Text("openapi"), StringComparison.Ordinal);
        var operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject(), (path, operation) => (Name: $"{operation.Key} {path.Key}", Operation: operation.Value!))
            .ToList();
        Assert.NotEmpty(operations);
        Assert.All(operations, o =>
        {
            Assert.NotEmpty(o.Operation.Text("summary"));
            Assert.NotEmpty(o.Operation.Text("operationId"));
            var isOpen = o.Operation.Text("description").Contains("Needs no token.", StringComparison.Ordinal);
            Assert.NotEqual(isOpen, o.Operation.Text("description").Contains("Needs a token with the scope ", StringComparison.Ordinal));
            var responses = o.Operation["responses"]!.AsObject();
            Assert.Contains(responses, response => response.Key[0] == '2');
            foreach (var status in isOpen ? new[] { "400", "429", "503" } : ["400", "401", "403", "429", "503"])
                Assert.True(responses.ContainsKey(status), $"{o.Name}: {status}");
            foreach (var (status, response) in responses)
            {
                var content = response!["content"]?.AsObject();
                if (status is "204" or "304")
                {
                    Assert.Null(content);
                    continue;
                }

                string[] success = o.Operation.Text("operationId") switch
                {
                    "StreamEvents" => ["text/event-stream"],
                    "ListAudit" => ["application/json", "text/csv", "application/x-ndjson"],
                    _ => ["application/json"],
                };
                Assert.Equal(status[0] == '2' ? success : ["application/problem+json"], content!.Select(media => media.Key));
                foreach (var (mediaType, body) in content!)
                {
                    Assert.True(body!["example"] is not null, $"{o.Name}: {status} has no example of {mediaType}.");
                    Assert.NotNull(body["schema"]);
                    if (status[0] != '2')
                        Assert.Equal("#/components/schemas/Problem", body["schema"]!.Text("$ref"));
                }
            }
        });
        Assert.Equal(operations.Count, operations.Select(o => o.Operation.Text("operationId")).Distinct().Count());
    }

    [Fact]
    public async Task The_examples_of_tasks_and_projects_have_exactly_the_members_that_are_served()
    {
        await using var host = await ApiHost.StartAsync();
        var document = await host.Client.GetAsync("/openapi/v1.json").ShouldBeAsync(HttpStatusCode.OK);
        var task = await host.Client.CreateTaskAsync();
        var project = await host.Client.CreateProjectAsync();

        Assert.Equal(MembersOf(task), MembersOf(ExampleOf("/api/v1/tasks/{id}")));
        Assert.Equal(MembersOf(project), MembersOf(ExampleOf("/api/v1/projects/{id}")));
        Assert.Equal(MembersOf(task), document["components"]!["schemas"]!["Task"]!["properties"]!.AsObject().Select(property => property.Key));

        JsonNode ExampleOf(string path) => document["paths"]![path]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["example"]!;
        static IEnumerable<string> MembersOf(JsonNode node) => node.AsObject().Select(member => member.Key);
    }
}

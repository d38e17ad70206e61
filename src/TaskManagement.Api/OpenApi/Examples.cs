using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using TaskManagement.Api.Incoming;

namespace TaskManagement.Api.OpenApi;

/// <summary>Examples for the OpenAPI document.</summary>
internal static class Examples
{
    private const string TaskId = "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04";
    private const string ProjectId = "0198f5e2-1f00-7a44-8c21-5d9b7e0f6a12";

    private const string Project = $$"""
        {
          "id": "{{ProjectId}}", "key": "OPS", "name": "Operations", "version": 1,
          "createdAt": "2026-11-21T09:00:00.000Z", "createdBy": "token:0198f5e0-0000-7000-8000-000000000001",
          "updatedAt": "2026-11-21T09:00:00.000Z", "archivedAt": null, "deletedAt": null
        }
        """;

    private const string Task = $$"""
        {
          "id": "{{TaskId}}", "key": "OPS-42", "title": "Renew the certificate", "description": null,
          "status": "pending", "priority": "high",
          "due": { "dateTime": "2026-12-01T17:00:00", "timeZone": "Europe/Madrid" }, "dueAt": "2026-12-01T16:00:00.000Z",
          "labels": ["security"], "assigneeId": null, "projectId": "{{ProjectId}}", "version": 2,
          "createdAt": "2026-11-21T09:30:00.000Z", "createdBy": "token:0198f5e0-0000-7000-8000-000000000001",
          "updatedAt": "2026-11-21T09:30:00.000Z", "completedAt": null, "deletedAt": null
        }
        """;

    private const string Event = $$"""
        {
          "specversion": "1.0", "id": "0198f5e3-0a00-7111-8222-333344445555", "source": "/taskmanagement",
          "type": "taskmanagement.task.completed.v1", "subject": "{{TaskId}}", "time": "2026-11-21T10:00:00.000Z",
          "datacontenttype": "application/json", "sequence": "0000000005",
          "actor": "token:0198f5e0-0000-7000-8000-000000000001", "correlationid": "4bf92f3577b34da6a3ce929d0e0e4736",
          "causationid": "0198f5e3-0a00-7000-8000-000000000000",
          "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "position": "1042",
          "data": {
            "taskId": "{{TaskId}}", "title": "Renew the certificate", "completedBy": "token:0198f5e0-0000-7000-8000-000000000001",
            "completedAt": "2026-11-21T10:00:00.000Z", "assigneeId": null, "projectId": "{{ProjectId}}"
          }
        }
        """;

    private const string TaskAnalytics = """
        {
          "day": "2026-11-21", "projectId": null, "personId": null, "created": 5, "completed": 3, "cancelled": 0, "reopened": 1,
          "completionTime": {
            "tasks": 3, "meanSeconds": 7260.5, "minSeconds": 540, "maxSeconds": 19801.5,
            "withinHour": 1, "withinDay": 2, "withinWeek": 0, "withinMonth": 0, "longer": 0
          }
        }
        """;

    private const string CloudEventDataExample = """{ "title": "The build of main fails", "priority": "high", "labels": ["ci"] }""";

    private const string CloudEventExample = $$"""
        {
          "specversion": "1.0", "id": "build-4711", "source": "https://ci.example.com/shop", "type": "taskmanagement.task.open", "subject": "main",
          "time": "2026-11-21T10:00:00Z", "data": {{CloudEventDataExample}}
        }
        """;

    /// <summary>The body of a request, by the name of its operation.</summary>
    public static JsonNode? RequestOf(string operation, string mediaType) => Parse(operation switch
    {
        "ReceiveCloudEvents" => mediaType switch
        {
            CloudEventsBody.One => CloudEventExample,
            CloudEventsBody.Batch => $"[{CloudEventExample}]",
            _ => CloudEventDataExample,
        },
        "CreateTask" => $$"""
            {
              "title": "Renew the certificate", "priority": "high", "labels": ["security"], "projectId": "{{ProjectId}}",
              "due": { "dateTime": "2026-12-01T17:00:00", "timeZone": "Europe/Madrid" }
            }
            """,
        "UpdateTask" => """{ "title": "Renew both certificates", "due": null }""",
        "CancelTask" => """{ "reason": "No longer needed" }""",
        "CreateProject" => """{ "key": "OPS", "name": "Operations" }""",
        "RenameProject" => """{ "name": "Site operations" }""",
        "ArchiveProject" => """{ "openTasks": "cancel" }""",
        _ => OperationExamples.RequestOf(operation) ?? WebhookExamples.RequestOf(operation) ?? TokenExamples.RequestOf(operation) ?? TeamExamples.RequestOf(operation) ?? NotificationExamples.RequestOf(operation)
            ?? AccountExamples.RequestOf(operation),
    });

    /// <summary>The body of a response, by the name of its operation and its status.</summary>
    public static JsonNode? ResponseOf(string operation, string status) => status[0] switch
    {
        '2' when operation == "StreamEvents" => $": open\nretry: 1500\nid: 1041\n\ndata: {Parse(Event)!.ToJsonString()}\nid: 1042\n\n:\n\n",
        '2' => Parse(operation switch
        {
            "ListTasks" => Page(Task),
            "ListProjects" => Page(Project),
            "GetTaskHistory" or "GetProjectHistory" => Page(Event),
            "ListEvents" => $$"""{ "items": [{{Event}}], "nextCursor": "1042" }""",
            "ReceiveCloudEvents" => """{ "items": [{ "source": "https://ci.example.com/shop", "id": "build-4711", "result": "received" }] }""",
            "GetTaskAnalytics" => Page(TaskAnalytics),
            "JoinProject" => TeamExamples.ResponseOf(operation),
            _ when NotificationExamples.ResponseOf(operation) is { } example => example,
            _ when operation.EndsWith("Task", StringComparison.Ordinal) => Task,
            _ when operation.EndsWith("Project", StringComparison.Ordinal) => Project,
            _ => OperationExamples.ResponseOf(operation) ?? WebhookExamples.ResponseOf(operation) ?? TokenExamples.ResponseOf(operation)
                ?? TeamExamples.ResponseOf(operation) ?? AccountExamples.ResponseOf(operation, status),
        }),
        '4' or '5' => ProblemOf(int.Parse(status, provider: null)),
        _ => null,
    };

    private static JsonObject ProblemOf(int status)
    {
        var (code, detail) = (HttpStatusCode)status switch
        {
            HttpStatusCode.BadRequest => ("request.malformed", "The request is malformed."),
            HttpStatusCode.Unauthorized => ("auth.required", "A token is needed."),
            HttpStatusCode.NotFound => ("task.not_found", $"There is no task {TaskId}."),
            HttpStatusCode.Conflict => ("task.transition_not_allowed", "A task that is pending can't become completed; it can become in progress or cancelled."),
            HttpStatusCode.PreconditionFailed => ("version.mismatch", "The current version is 3; the request named another."),
            HttpStatusCode.RequestEntityTooLarge => ("request.too_large", "The body is too large."),
            HttpStatusCode.UnsupportedMediaType => ("request.unsupported_media_type", "The body must be JSON in UTF-8, with Content-Type: application/json."),
            HttpStatusCode.UnprocessableEntity => ("request.invalid", "The request has invalid values."),
            HttpStatusCode.TooManyRequests => ("request.too_many", "Wait before the next request."),
            _ => ("database.unavailable", "The database can't be used at present. Nothing was changed; try again later."),
        };
        var problem = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = detail,
            ["code"] = code,
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        };
        if (status == StatusCodes.Status412PreconditionFailed)
            problem["currentVersion"] = 3;
        if (status == StatusCodes.Status422UnprocessableEntity)
            problem["errors"] = JsonNode.Parse("""[{ "code": "title.required", "detail": "The title must not be empty.", "pointer": "/title", "parameter": null }]""");
        if (status == StatusCodes.Status400BadRequest)
            problem["errors"] = JsonNode.Parse("""[{ "code": "member.unknown", "detail": "There is no such member.", "pointer": "/titel", "parameter": null }]""");
        return problem;
    }

    private static string Page(string item) => $$"""{ "items": [{{item}}], "nextCursor": null }""";

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);
}

namespace TaskManagement.Api.OpenApi;

/// <summary>Examples of webhooks.</summary>
internal static class WebhookExamples
{
    private const string Id = "0198f5f0-2222-7a44-8c21-5d9b7e0f6a12";

    private const string Members = $$"""
          "id": "{{Id}}", "url": "https://hooks.example.com/tasks", "eventTypes": ["task.*"], "description": "Feeds the wall",
          "active": true, "disabledReason": null, "failingSince": null, "previousSecretUntil": null, "subscription": "webhook.{{Id}}",
          "version": 1, "createdAt": "2026-11-22T09:00:00.000Z", "createdBy": "token:0198f5e0-0000-7000-8000-000000000001", "updatedAt": "2026-11-22T09:00:00.000Z"
        """;

    private const string Webhook = "{" + Members + "}";

    private const string WithSecret = "{" + Members + """, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" }""";

    private const string Delivery = $$"""
        {
          "id": "0198f5f1-0000-7111-8222-333344445555", "messageId": "0198f5e3-0a00-7111-8222-333344445555_{{Id}}",
          "eventId": "0198f5e3-0a00-7111-8222-333344445555", "eventType": "task.completed", "subject": "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04",
          "attempt": 1, "succeeded": false, "responseStatus": 500, "responseBody": "Internal Server Error", "error": "The receiver answered 500.",
          "durationMilliseconds": 41, "at": "2026-11-22T10:00:00.000Z"
        }
        """;

    /// <summary>The body of a request, by the name of its operation.</summary>
    public static string? RequestOf(string operation) => operation switch
    {
        "CreateWebhook" => """{ "url": "https://hooks.example.com/tasks", "eventTypes": ["task.*"], "description": "Feeds the wall" }""",
        "ChangeWebhook" => """{ "eventTypes": ["task.completed", "project.*"], "active": true }""",
        "RotateWebhookSecret" => """{ "overlapHours": 24 }""",
        "ReplayToWebhook" => """{ "from": { "time": "2026-11-20T00:00:00Z" }, "types": ["task.completed"] }""",
        _ => null,
    };

    /// <summary>The body of a response, by the name of its operation.</summary>
    public static string? ResponseOf(string operation) => operation switch
    {
        "CreateWebhook" or "RotateWebhookSecret" => WithSecret,
        "GetWebhook" or "ChangeWebhook" => Webhook,
        "ListWebhooks" => $$"""{ "items": [{{Webhook}}], "nextCursor": null }""",
        "TestWebhook" => Delivery,
        "ListWebhookDeliveries" => $$"""{ "items": [{{Delivery}}], "nextCursor": null }""",
        "RedeliverToWebhook" => """{ "eventId": "0198f5e3-0a00-7111-8222-333344445555", "retried": true, "replay": null }""",
        "ReplayToWebhook" => $$"""{ "subscription": "webhook.{{Id}}", "dryRun": false, "events": 80, "from": "1", "to": "1050", "replay": 4 }""",
        _ => null,
    };
}

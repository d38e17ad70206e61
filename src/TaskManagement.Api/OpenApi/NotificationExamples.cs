namespace TaskManagement.Api.OpenApi;

/// <summary>Examples of comments, watchers and notifications.</summary>
internal static class NotificationExamples
{
    private const string TaskId = "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04";
    private const string CommentId = "0198f5e4-1100-7d22-8e33-4455667788aa";
    private const string Ann = "0198f5e0-0000-7000-8000-00000000000a";
    private const string Bob = "0198f5e0-0000-7000-8000-00000000000b";
    private const string Text = $"@{Bob} Can you take this?";

    private const string Comment = $$"""
        { "id": "{{CommentId}}", "taskId": "{{TaskId}}", "text": "{{Text}}", "createdAt": "2026-11-22T09:30:00.000Z", "createdBy": "user:{{Ann}}" }
        """;

    private const string Notification = $$"""
        {
          "id": "5b0c7d1e-2f3a-8c4b-9d5e-6f7081920a3b", "kind": "mentioned", "because": "mentioned",
          "task": { "id": "{{TaskId}}", "key": "OPS-42", "title": "Renew the certificate" }, "commentId": "{{CommentId}}", "actor": "user:{{Ann}}",
          "eventId": "0198f5e4-1100-7111-8222-333344445555", "at": "2026-11-22T09:30:00.000Z", "readAt": null
        }
        """;

    private const string Preferences = """
        {
          "assigned": { "mail": true, "inbox": true }, "unassigned": { "mail": true, "inbox": true }, "mentioned": { "mail": false, "inbox": true },
          "commented": { "mail": true, "inbox": true }, "completed": { "mail": true, "inbox": true }, "reopened": { "mail": true, "inbox": true },
          "cancelled": { "mail": true, "inbox": true }, "rescheduled": { "mail": true, "inbox": true }
        }
        """;

    /// <summary>The body of a request, by the name of its operation.</summary>
    public static string? RequestOf(string operation) => operation switch
    {
        "CommentOnTask" => $$"""{ "text": "{{Text}}" }""",
        "MarkNotificationsRead" => """{ "upTo": "5b0c7d1e-2f3a-8c4b-9d5e-6f7081920a3b" }""",
        "ChangeNotificationPreferences" => """{ "mentioned": { "mail": false } }""",
        _ => null,
    };

    /// <summary>The body of a response, by the name of its operation.</summary>
    public static string? ResponseOf(string operation) => operation switch
    {
        "CommentOnTask" => Comment,
        "ListTaskComments" => $$"""{ "items": [{{Comment}}], "nextCursor": null }""",
        "ListTaskWatchers" => $$"""{ "items": [{ "personId": "{{Bob}}", "since": "2026-11-22T09:00:00.000Z" }], "nextCursor": null }""",
        "ListNotifications" => $$"""{ "items": [{{Notification}}], "nextCursor": null, "unread": 1 }""",
        "MarkNotificationRead" => Notification.Replace("\"readAt\": null", "\"readAt\": \"2026-11-22T10:00:00.000Z\"", StringComparison.Ordinal),
        "MarkNotificationUnread" => Notification,
        "MarkNotificationsRead" => """{ "unread": 0 }""",
        "GetNotificationPreferences" or "ChangeNotificationPreferences" => Preferences,
        _ => null,
    };
}

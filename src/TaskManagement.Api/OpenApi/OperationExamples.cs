using System.Text.Json.Nodes;
using TaskManagement.Api.Audit;

namespace TaskManagement.Api.OpenApi;

/// <summary>Examples of what operators ask and are told.</summary>
internal static class OperationExamples
{
    private const string TaskId = "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04";
    private const string Node = "tasks-1:4711:0198f5e00a007000800000000000000a";

    private const string Event = $$"""
        {
          "id": "0198f5e3-0a00-7111-8222-333344445555", "type": "task.completed", "subject": "{{TaskId}}",
          "occurredAt": "2026-11-21T10:00:00.000Z", "position": "1042"
        }
        """;

    private const string AuditEntry = $$"""
        {
          "id": "0198f5e3-0a00-7111-8222-333344445555", "action": "task.cancelled", "resourceType": "task", "resourceId": "{{TaskId}}",
          "actor": "token:0198f5e0-0000-7000-8000-000000000001", "address": "192.0.2.17", "at": "2026-11-21T10:00:00.000Z",
          "correlationId": "4bf92f3577b34da6a3ce929d0e0e4736", "causationId": "0198f5e3-0a00-7000-8000-000000000000",
          "details": { "taskId": "{{TaskId}}", "title": "Renew the certificate", "reason": "No longer needed" }
        }
        """;

    private const string Alert = """
        {
          "id": "85ce59f7-4e79-812c-b5ee-c902e5396e55", "severity": "error", "source": "subscription:mail-assignee", "code": "event_dead_lettered",
          "summary": "mail-assignee could not handle task.assigned of task 0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04 and is done with 10 attempts: Mailbox unavailable.",
          "count": 3, "firstAt": "2026-11-21T10:41:00.000Z", "lastAt": "2026-11-21T10:50:00.000Z", "raisedAt": "2026-11-21T10:41:00.000Z"
        }
        """;

    private const string Parked = $$"""
        {
          "id": 7, "subscription": "mail-assignee", "replay": null, "status": "dead", "event": {{Event}}, "attempts": 10, "nextAttemptAt": null,
          "attemptStartedAt": null, "crashes": 0, "error": "System.Net.Mail.SmtpException: Mailbox unavailable.",
          "parkedAt": "2026-11-21T10:00:00.120Z", "deadAt": "2026-11-21T10:41:00.000Z"
        }
        """;

    private const string Subscription = $$"""
        {
          "name": "mail-assignee", "handler": "MailAssigneeWhenTaskAssigned", "concern": "notifications", "takes": ["task.assigned"],
          "policy": {
            "maxAttempts": 10, "backoffBaseSeconds": 1, "backoffCapSeconds": 300, "timeLimitSeconds": 30, "partitions": 1, "batchSize": 1,
            "startFrom": "now", "replayable": true, "rebuildable": false, "afterDeadLetter": "wait"
          },
          "state": "running", "pausedAt": null, "position": "1050", "repeatsUntil": null,
          "lag": { "events": 0, "atMost": false, "seconds": 0 }, "oldestUndelivered": null,
          "parked": { "retrying": 0, "behind": 0, "dead": 1, "lanes": 1 },
          "partitions": [{ "number": 0, "position": "1050", "holder": "{{Node}}", "leaseUntil": "2026-11-21T10:50:12.000Z" }]
        }
        """;

    private const string Replay = $$"""
        {
          "id": 3, "subscription": "mail-assignee", "state": "running", "from": "1", "to": "1050", "types": ["task.assigned"], "position": "525",
          "progress": 0.5, "delivered": 40, "parked": { "retrying": 0, "behind": 0, "dead": 0, "lanes": 0 }, "holder": "{{Node}}",
          "startedAt": "2026-11-21T10:50:00.000Z", "startedBy": "token:0198f5e0-0000-7000-8000-000000000001"
        }
        """;

    /// <summary>A file, by the name of its operation and its media type.</summary>
    public static string? FileOf(string operation, string mediaType) => (operation, mediaType) switch
    {
        ("ListAudit", AuditFormats.Csv) => "id,action,resourceType,resourceId,actor,address,at,correlationId,causationId,details\r\n"
            + $"0198f5e3-0a00-7111-8222-333344445555,task.started,task,{TaskId},token:0198f5e0-0000-7000-8000-000000000001,192.0.2.17,2026-11-21T10:00:00.000Z,"
            + "4bf92f3577b34da6a3ce929d0e0e4736,0198f5e3-0a00-7000-8000-000000000000,{}\r\n",
        ("ListAudit", AuditFormats.Ndjson) => JsonNode.Parse(AuditEntry)!.ToJsonString() + "\n",
        _ => null,
    };

    /// <summary>The body of a request, by the name of its operation.</summary>
    public static string? RequestOf(string operation) => operation switch
    {
        "RewindSubscription" => """{ "to": { "position": "1000" } }""",
        "ReplaySubscription" => """{ "from": { "time": "2026-11-20T00:00:00Z" }, "types": ["task.assigned"], "dryRun": true }""",
        "RetryParkedEvents" => """{ "filter": { "subscription": "mail-assignee", "status": "dead" } }""",
        "DiscardParkedEvents" => """{ "ids": [7], "reason": "The mailbox does not exist any more." }""",
        "TestHandler" => """{ "subscription": "mail-assignee", "event": "0198f5e3-0a00-7111-8222-333344445555" }""",
        _ => null,
    };

    /// <summary>The body of a response, by the name of its operation.</summary>
    public static string? ResponseOf(string operation) => operation switch
    {
        "ListSubscriptions" => Page(Subscription),
        "GetSubscription" => Subscription,
        "PauseSubscription" => """{ "subscription": "mail-assignee", "paused": true, "changed": true }""",
        "ResumeSubscription" => """{ "subscription": "mail-assignee", "paused": false, "changed": true }""",
        "RewindSubscription" =>
            """{ "subscription": "mail-assignee", "dryRun": false, "from": "1050", "to": "1000", "events": 51, "rebuilt": false, "parkedDropped": 1 }""",
        "ReplaySubscription" =>
            """{ "subscription": "mail-assignee", "dryRun": true, "events": 80, "from": "1", "to": "1050", "replay": null }""",
        "ListAudit" => Page(AuditEntry),
        "ListAlerts" => Page(Alert),
        "ListReplays" => Page(Replay),
        "GetReplay" or "CancelReplay" => Replay,
        "ListParkedEvents" => Page(Parked),
        "RetryParkedEvents" => """
            {
              "dryRun": false, "matched": 3, "retried": 1, "waiting": 2, "missing": [],
              "subscriptions": [{ "subscription": "mail-assignee", "events": 3, "waiting": 2, "lanes": 1 }]
            }
            """,
        "DiscardParkedEvents" => """
            {
              "dryRun": false, "matched": 1, "discarded": 1, "missing": [],
              "subscriptions": [{ "subscription": "mail-assignee", "events": 1, "waiting": 0, "lanes": 1 }]
            }
            """,
        "ExplainDelivery" => $$"""
            {
              "subscription": "mail-assignee", "event": {{Event}}, "state": "dead",
              "because": "It is a dead letter. 10 attempts failed: System.Net.Mail.SmtpException: Mailbox unavailable. It is tried no more unless someone asks for it.",
              "eventsBefore": null, "parked": {{Parked}}, "blockedBy": null, "discarded": null, "pausedAt": null, "holder": "{{Node}}",
              "leaseUntil": "2026-11-21T10:50:12.000Z", "replays": []
            }
            """,
        "ListHandlers" => Page(
            """{ "handler": "MailAssigneeWhenTaskAssigned", "concern": "notifications", "phase": "after_commit", "events": ["task.assigned"], "subscription": "mail-assignee" }"""),
        "TestHandler" => $$"""
            {
              "subscription": "mail-assignee", "handler": "MailAssigneeWhenTaskAssigned", "event": {{Event}}, "outcome": "failed",
              "durationMilliseconds": 12.5, "error": { "type": "System.Net.Mail.SmtpException", "message": "Mailbox unavailable." }, "raised": [], "changes": []
            }
            """,
        "GetStoreHealth" => $$"""
            {
              "healthy": false, "findings": ["1 dead letter waits for someone to retry or to discard."], "lastPosition": "1050", "events": 1050,
              "unnumbered": { "events": 0, "oldestAt": null, "oldestSeconds": 0 }, "gaps": [], "subscriptions": 6, "orphaned": [], "paused": [], "unheld": [],
              "parked": { "retrying": 0, "behind": 0, "dead": 1, "lanes": 1 },
              "nodes": [{ "id": "{{Node}}", "startedAt": "2026-11-21T09:00:00.000Z", "seenAt": "2026-11-21T10:50:00.000Z", "alive": true }],
              "databaseBytes": 8437760
            }
            """,
        "VerifyStore" => $$"""
            {
              "consistent": false, "lastPosition": "1050", "events": 1050,
              "aggregates": [{ "type": "project", "compared": 3 }, { "type": "task", "compared": 210 }],
              "projections": [{ "subscription": "count-tasks", "position": "1050", "events": 480, "leftOut": 0 }],
              "differencesFound": 1,
              "differences": [
                {
                  "kind": "value", "subject": "task {{TaskId}}", "field": "priority", "stored": "urgent", "byLog": "high",
                  "detail": "priority of task {{TaskId}} is urgent, and by the log high."
                }
              ],
              "truncated": false, "durationMilliseconds": 85.3
            }
            """,
        _ => null,
    };

    private static string Page(string item) => $$"""{ "items": [{{item}}], "nextCursor": null }""";
}

namespace TaskManagement.Api.OpenApi;

/// <summary>Examples of the people of projects.</summary>
internal static class TeamExamples
{
    private const string Invited = """
        { "userId": "0198f5e0-0000-7000-8000-0000000000a2", "role": "editor", "invitedAt": "2026-11-22T09:00:00.000Z", "joinedAt": null }
        """;

    private const string Member = """
        { "userId": "0198f5e0-0000-7000-8000-0000000000a2", "role": "editor", "invitedAt": "2026-11-22T09:00:00.000Z", "joinedAt": "2026-11-22T09:30:00.000Z" }
        """;

    private const string Owner = """
        { "userId": "0198f5e0-0000-7000-8000-0000000000a1", "role": "owner", "invitedAt": null, "joinedAt": "2026-11-21T08:00:00.000Z" }
        """;

    /// <summary>The body of a request, by the name of its operation.</summary>
    public static string? RequestOf(string operation) => operation switch
    {
        "InviteMember" => """{ "userId": "0198f5e0-0000-7000-8000-0000000000a2", "role": "editor" }""",
        "ChangeMemberRole" => """{ "role": "editor" }""",
        _ => null,
    };

    /// <summary>The body of a response, by the name of its operation.</summary>
    public static string? ResponseOf(string operation) => operation switch
    {
        "InviteMember" => Invited,
        "ChangeMemberRole" or "JoinProject" => Member,
        "ListMembers" => $$"""{ "items": [{{Owner}}, {{Member}}], "nextCursor": null }""",
        "ListInvitations" => """
            {
              "items": [
                {
                  "projectId": "0198f5e1-3b2c-7d4e-8f50-1a2b3c4d5e6f", "projectKey": "OPS", "projectName": "Operations", "role": "editor",
                  "invitedAt": "2026-11-22T09:00:00.000Z"
                }
              ],
              "nextCursor": null
            }
            """,
        _ => null,
    };
}

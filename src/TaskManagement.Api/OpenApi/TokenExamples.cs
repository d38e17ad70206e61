namespace TaskManagement.Api.OpenApi;

/// <summary>Examples of tokens.</summary>
internal static class TokenExamples
{
    private const string Members = """
          "id": "0198f5e0-0000-7000-8000-000000000002", "name": "build server", "scopes": ["tasks:read", "tasks:write"],
          "ownerId": null, "projectId": null,
          "expiresAt": "2027-06-30T00:00:00.000Z", "lastUsedAt": null, "createdAt": "2026-11-22T09:00:00.000Z", "createdBy": "token:0198f5e0-0000-7000-8000-000000000001"
        """;

    /// <summary>The body of a request, by the name of its operation.</summary>
    public static string? RequestOf(string operation) => operation == "IssueToken"
        ? """{ "name": "build server", "scopes": ["tasks:read", "tasks:write"], "expiresAt": "2027-06-30T00:00:00Z" }"""
        : null;

    /// <summary>The body of a response, by the name of its operation.</summary>
    public static string? ResponseOf(string operation) => operation switch
    {
        "IssueToken" => "{" + Members + """, "token": "tm_4Y0u5JqJm9wq3c1m2pVn8u7Xk6bB0e5Qh1sT9rZ2aDc" }""",
        "ListTokens" => "{ \"items\": [{" + Members + "}], \"nextCursor\": null }",
        _ => null,
    };
}

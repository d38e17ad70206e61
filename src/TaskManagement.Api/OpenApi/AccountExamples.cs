namespace TaskManagement.Api.OpenApi;

/// <summary>Examples of accounts and sessions.</summary>
internal static class AccountExamples
{
    private const string Account = """
        {
          "id": "0198f5e4-0000-7aaa-8bbb-000000000001", "email": "ann@example.org", "displayName": "Ann", "emailConfirmed": true, "administrator": false,
          "disabled": false, "totpEnabled": false, "createdAt": "2026-11-22T09:00:00.000Z"
        }
        """;

    private const string Session = """
        {
          "id": "0198f5e5-0000-7aaa-8bbb-000000000001", "createdAt": "2026-11-22T10:00:00.000Z", "refreshedAt": null,
          "expiresAt": "2026-12-22T10:00:00.000Z", "current": true
        }
        """;

    private const string Tokens = """
        {
          "sessionId": "0198f5e5-0000-7aaa-8bbb-000000000001",
          "accessToken": "tms_4Y0u5JqJm9wq3c1m2pVn8u7Xk6bB0e5Qh1sT9rZ2aDc", "expiresAt": "2026-11-22T10:15:00.000Z",
          "refreshToken": "tmr_9wq3c1m2pVn8u7Xk6bB0e5Qh1sT9rZ2aDc4Y0u5JqJm", "refreshExpiresAt": "2026-12-22T10:00:00.000Z"
        }
        """;

    private const string Code = "tmc_u7Xk6bB0e5Qh1sT9rZ2aDc4Y0u5JqJm9wq3c1m2pVn8";

    /// <summary>The body of a request, by the name of its operation.</summary>
    public static string? RequestOf(string operation) => operation switch
    {
        "RegisterAccount" => $$"""{ "email": "ann@example.org", "displayName": "Ann", "password": "four words are enough", "invitation": "{{Code}}" }""",
        "InviteAccount" => """{ "email": "ann@example.org" }""",
        "ChangeAccount" => """{ "administrator": true }""",
        "ConfirmEmail" => $$"""{ "code": "{{Code}}" }""",
        "EnableTotp" => """{ "code": "492039" }""",
        "RequestConfirmation" or "RequestPasswordReset" => """{ "email": "ann@example.org" }""",
        "ResetPassword" => $$"""{ "code": "{{Code}}", "password": "four other words suffice" }""",
        "SignIn" => """{ "email": "ann@example.org", "password": "four words are enough" }""",
        "RefreshSession" => """{ "refreshToken": "tmr_9wq3c1m2pVn8u7Xk6bB0e5Qh1sT9rZ2aDc4Y0u5JqJm" }""",
        "ChangeMe" => """{ "displayName": "Ann Example" }""",
        "ChangePassword" => """{ "currentPassword": "four words are enough", "newPassword": "four other words suffice" }""",
        "DeleteMe" or "DisableTotp" => """{ "password": "four words are enough" }""",
        _ => null,
    };

    /// <summary>The body of a response, by the name of its operation and its status.</summary>
    public static string? ResponseOf(string operation, string status) => operation switch
    {
        "RegisterAccount" when status == "201" => Account,
        "RegisterAccount" or "RequestConfirmation" or "RequestPasswordReset" => """{ "message": "Look into your mail for how to go on." }""",
        "GetAccount" or "ChangeAccount" or "GetMe" or "ChangeMe" => Account,
        "ListAccounts" => $$"""{ "items": [{{Account}}], "nextCursor": null }""",
        "InviteAccount" => """
            { "id": "0198f5e3-0000-7aaa-8bbb-000000000001", "email": "ann@example.org", "administrator": false, "expiresAt": "2026-11-29T09:00:00.000Z" }
            """,
        "SignIn" or "RefreshSession" => Tokens,
        "ListMySessions" => $$"""{ "items": [{{Session}}], "nextCursor": null }""",
        "SetUpTotp" => """
            {
              "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
              "uri": "otpauth://totp/TaskManagement%3Aann%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=TaskManagement&digits=6"
            }
            """,
        "EnableTotp" => """{ "recoveryCodes": ["7H2KP-9QRTX", "C4M8N-WB3YD"] }""",
        "ExportMe" => $$"""
            {
              "account": {{Account}}, "sessions": [{{Session}}], "tokens": [],
              "createdTaskIds": ["0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04"], "assignedTaskIds": []
            }
            """,
        _ => null,
    };
}

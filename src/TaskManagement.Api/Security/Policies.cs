namespace TaskManagement.Api.Security;

/// <summary>Who may do what.</summary>
internal static class Policies
{
    /// <summary>Who runs the service. For now every token is an administrator's.</summary>
    public const string Administrator = "administrator";
}

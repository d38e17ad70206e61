namespace TaskManagement.Api.Http;

/// <summary>A body that says nothing.</summary>
internal sealed record NoMembers;

/// <summary>Why something is done.</summary>
/// <param name="Reason">1–500 characters, or null.</param>
internal sealed record GivenReason(string? Reason = null);

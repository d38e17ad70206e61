using System.Text.Json.Serialization;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Identity;

/// <summary>A token as clients see it.</summary>
public sealed record AccessTokenDto : IShowsOnce<AccessTokenDto>
{
    /// <summary>The id, a UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>What it is good for.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The person as whom it acts; null for a token that acts for itself.</summary>
    public required UserId? OwnerId { get; init; }

    /// <summary>The one project that it is confined to; null if it is not.</summary>
    public required ProjectId? ProjectId { get; init; }

    /// <summary>Until when it is accepted, in UTC; null only for the token that the installation began with.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, in UTC, to about a minute; null if never.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The token itself. Shown once, to who makes it, and else absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    /// <inheritdoc />
    public AccessTokenDto WithoutSecret() => this with { Token = null };

    /// <summary>A token as clients see it.</summary>
    /// <param name="token">What is kept of it.</param>
    /// <param name="secret">The token itself, if it is shown.</param>
    public static AccessTokenDto From(AccessToken token, string? secret = null) => new()
    {
        Id = token.Id.Value,
        Name = token.Name,
        Scopes = ScopeWords.Of(token.Scopes),
        OwnerId = token.Owner,
        ProjectId = token.ProjectId,
        ExpiresAt = token.ExpiresAt,
        LastUsedAt = token.LastUsedAt,
        CreatedAt = token.CreatedAt,
        CreatedBy = token.CreatedBy.Value,
        Token = secret,
    };
}

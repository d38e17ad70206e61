using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Identity;

/// <summary>The bearer tokens that the service accepts.</summary>
public interface IAccessTokens
{
    /// <summary>Whom a token stands for, or null if it is not one of ours.</summary>
    ValueTask<ActorId?> AuthenticateAsync(string token, CancellationToken cancellationToken);
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Domain.Identity;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>Deletes what sessions, codes and failed attempts have left behind.</summary>
internal sealed class IdentityCleanup(IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, ILogger<IdentityCleanup> logger)
    : HourlyCleanup(scopes, provider, clock, logger)
{
    // Longer than attempts are refused after any number of them.
    private static readonly TimeSpan AttemptsKept = TimeSpan.FromDays(1);

    // An invitation lives longest, and what has expired is no one's business for long: it may hold an address.
    private static readonly TimeSpan CodesKept = TimeSpan.FromDays(1);

    protected override async Task<int> DeleteAsync(TaskManagementDbContext db, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        var (attempts, codes, sessions) = (now - AttemptsKept, now - CodesKept, now - Session.Life);
        var deleted = await db.PasswordAttempts.Where(count => count.LastAt <= attempts)
            .OrderBy(count => count.LastAt).Take(most).ExecuteDeleteAsync(cancellationToken);
        deleted = Math.Max(deleted, await db.OneTimeCodes.Where(code => code.ExpiresAt <= codes)
            .OrderBy(code => code.ExpiresAt).Take(most).ExecuteDeleteAsync(cancellationToken));
        deleted = Math.Max(deleted, await db.RefreshTokens.Where(token => token.ExpiresAt <= now)
            .OrderBy(token => token.ExpiresAt).Take(most).ExecuteDeleteAsync(cancellationToken));
        return Math.Max(deleted, await db.Sessions.Where(session => session.ExpiresAt <= sessions)
            .OrderBy(session => session.ExpiresAt).Take(most).ExecuteDeleteAsync(cancellationToken));
    }
}

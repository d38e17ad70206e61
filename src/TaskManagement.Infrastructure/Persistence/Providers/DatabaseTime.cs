using Microsoft.EntityFrameworkCore;

namespace TaskManagement.Infrastructure.Persistence.Providers;

/// <summary>The database's own time, by which leases and attempts are timed.</summary>
internal static class DatabaseTime
{
    public static async Task<DateTimeOffset> NowAsync(this TaskManagementDbContext db, DatabaseProvider provider, CancellationToken cancellationToken) =>
        DateTimeOffset.FromUnixTimeMilliseconds(await db.AskAsync(provider.Events.UnixMilliseconds, cancellationToken));

    /// <summary>The number that an expression of the database's own has.</summary>
    public static async Task<long> AskAsync(this TaskManagementDbContext db, string expression, CancellationToken cancellationToken)
    {
        // No one from outside has a part in it.
        var statement = $"SELECT {expression} AS \"Value\"";
        return (await db.Database.SqlQueryRaw<long>(statement).ToListAsync(cancellationToken))[0];
    }
}

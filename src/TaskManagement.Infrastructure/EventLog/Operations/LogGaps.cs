using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal static class LogGaps
{
    /// <summary>The first places where positions are missing, though later ones are given. It reads the whole log, so ask only if numbers differ.</summary>
    public static async Task<IReadOnlyList<GapDto>> FindGapsAsync(this TaskManagementDbContext db, int most, CancellationToken cancellationToken)
    {
        var behind = await db.EventLog.AsNoTracking()
            .Where(record => record.Position > 1 && !db.EventLog.Any(other => other.Position == record.Position - 1))
            .OrderBy(record => record.Position)
            .Take(most)
            .Select(record => new
            {
                After = db.EventLog.Where(other => other.Position < record.Position).Max(other => other.Position),
                Before = record.Position!.Value,
            })
            .ToListAsync(cancellationToken);
        return [.. behind.Select(gap => new GapDto(Positions.Format(gap.After ?? 0), Positions.Format(gap.Before)))];
    }
}

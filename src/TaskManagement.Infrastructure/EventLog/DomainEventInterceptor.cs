using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>Hooks the dispatch of domain events into every save. It keeps no state: each context has its own <see cref="DomainEventDispatch"/>.</summary>
internal sealed class DomainEventInterceptor : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        DispatchOf(eventData.Context, out var db).DispatchNothing(db);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await DispatchOf(eventData.Context, out var db).DispatchAsync(db, cancellationToken);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        DispatchOf(eventData.Context, out _).Saved();
        return ValueTask.FromResult(result);
    }

    private static DomainEventDispatch DispatchOf(DbContext? context, out TaskManagementDbContext db)
    {
        db = (TaskManagementDbContext)context!;
        return db.Dispatch ?? throw new InvalidOperationException("A context that was made without event dispatch can't save.");
    }
}

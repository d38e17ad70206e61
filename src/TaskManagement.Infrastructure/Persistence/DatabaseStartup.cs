using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Identity;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Persistence;

/// <summary>Brings the database to where the service can use it.</summary>
public static partial class DatabaseStartup
{
    /// <summary>Applies pending migrations; several nodes may do so at once.</summary>
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        await scope.ServiceProvider.GetRequiredService<DatabaseProvider>().PrepareAsync(db, cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Checks the event types, migrates if that is configured, and returns the administrator's token if one had to be made.</summary>
    public static async Task<string?> StartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        _ = services.GetRequiredService<EventTypes>();
        if (services.GetRequiredService<IOptions<DatabaseOptions>>().Value.MigrateOnStart)
            await MigrateAsync(services, cancellationToken);
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        if (await scope.ServiceProvider.GetRequiredService<DatabaseProvider>().FindMisconfigurationAsync(db, cancellationToken) is { } fault)
            Misconfigured(services.GetRequiredService<ILogger<DatabaseProvider>>(), fault);
        return await scope.ServiceProvider.GetRequiredService<Bootstrap>().EnsureAdministratorAsync(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "The database is set up badly: {Fault}")]
    private static partial void Misconfigured(ILogger logger, string fault);
}

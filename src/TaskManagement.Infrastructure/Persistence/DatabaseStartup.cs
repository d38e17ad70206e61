using System.Data.Common;
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
    /// <exception cref="StartRefusedException">The database can't be used.</exception>
    public static Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken) => UseAsync(services, async scope =>
    {
        var db = scope.GetRequiredService<TaskManagementDbContext>();
        var provider = scope.GetRequiredService<DatabaseProvider>();
        await provider.PrepareAsync(db, cancellationToken);
        await using var turn = await provider.LockMigrationsAsync(db, cancellationToken);
        // To apply none takes long: it looks first whether the model has changed.
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            await db.Database.MigrateAsync(cancellationToken);
        return true;
    });

    /// <summary>Checks the event types, migrates if that is configured, and returns the administrator's token if one had to be made.</summary>
    /// <exception cref="StartRefusedException">The database can't be used, or lacks migrations that are not to be applied here.</exception>
    public static async Task<string?> StartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        _ = services.GetRequiredService<EventTypes>();
        var migrates = services.GetRequiredService<IOptions<DatabaseOptions>>().Value.MigrateOnStart;
        if (migrates)
            await MigrateAsync(services, cancellationToken);
        return await UseAsync(services, async scope =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            if (!migrates)
                await RefusePendingMigrationsAsync(db, cancellationToken);
            if (await scope.GetRequiredService<DatabaseProvider>().FindMisconfigurationAsync(db, cancellationToken) is { } fault)
                Misconfigured(scope.GetRequiredService<ILogger<DatabaseProvider>>(), fault);
            return await scope.GetRequiredService<Bootstrap>().EnsureAdministratorAsync(cancellationToken);
        });
    }

    private static async Task RefusePendingMigrationsAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
        if (pending > 0)
        {
            throw new StartRefusedException(
                $"{(pending == 1 ? "1 migration is" : $"{pending} migrations are")} pending. Apply {(pending == 1 ? "it" : "them")} by running the service with the argument migrate, or set Database:MigrateOnStart to true.");
        }
    }

    /// <summary>Works on the database in a scope of its own. What the database says against it is for who runs the service, not for who wrote it.</summary>
    private static async Task<T> UseAsync<T>(IServiceProvider services, Func<IServiceProvider, Task<T>> work)
    {
        try
        {
            await using var scope = services.CreateAsyncScope();
            return await work(scope.ServiceProvider);
        }
        catch (Exception exception) when (Cause(exception) is { } cause)
        {
            throw new StartRefusedException($"The database can't be used: {cause}", exception);
        }
    }

    private static string? Cause(Exception? exception)
    {
        while (exception is not (null or DbException or IOException or UnauthorizedAccessException or TimeoutException))
            exception = exception.InnerException;
        if (exception is null)
            return null;
        var (said, root) = (FirstLine(exception), FirstLine(exception.GetBaseException()));
        return said.Contains(root, StringComparison.Ordinal) ? said : $"{said}: {root}";
    }

    private static string FirstLine(Exception exception) => exception.Message.ReplaceLineEndings("\n").Split('\n')[0];

    [LoggerMessage(1, LogLevel.Warning, "The database is set up badly: {Fault}")]
    private static partial void Misconfigured(ILogger logger, string fault);
}

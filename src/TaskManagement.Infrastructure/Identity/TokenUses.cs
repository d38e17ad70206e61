using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskManagement.Domain.Identity;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>Notes when tokens are used, about once a minute and not on the way of any request.</summary>
internal sealed partial class TokenUses(IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, ILogger<TokenUses> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // How long the end of the process waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<TokenId, byte> _used = new();

    /// <summary>Notes that a token is used now.</summary>
    public void Note(TokenId id) => _used.TryAdd(id, 0);

    /// <summary>Writes down what was noted since the last time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var used = _used.Keys.ToList();
        if (used.Count == 0)
            return;
        _used.Clear();
        var now = clock.GetUtcNow();
        using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        foreach (var some in used.Chunk(100))
        {
            await db.AccessTokens.Where(token => some.Contains(token.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(token => token.LastUsedAt, now), cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryWriteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last minute's uses are written below.
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        await TryWriteAsync(patience.Token);
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            // Whoever is used again is noted again.
            NotWritten(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "When tokens were used last could not be written")]
    private partial void NotWritten(Exception exception);
}

using System.Collections.Concurrent;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>Notes when tokens are used, about once a minute and not on the way of any request; and knows which uses are worth an event.</summary>
internal sealed partial class TokenUses(IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, ILogger<TokenUses> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // How long the end of the process waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenUses = TimeSpan.FromDays(1);
    private static readonly TimeSpan BetweenRefusals = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<TokenId, byte> _used = new();

    // Only tokens that exist get in, so it can't grow beyond their number.
    private readonly ConcurrentDictionary<(TokenId Token, string? Refusal), DateTimeOffset> _told = new();

    /// <summary>Notes that a token is used now.</summary>
    public void Note(TokenId id) => _used.TryAdd(id, 0);

    /// <summary>Tells of a use by an event, unless one like it was told of short ago. That it can't be told keeps no one out.</summary>
    /// <param name="token">The token.</param>
    /// <param name="refusal">Why it is refused; null if it is accepted.</param>
    /// <param name="services">What serves the look-up of the token.</param>
    public async Task TellAsync(AccessToken token, string? refusal, IServiceProvider services)
    {
        var (use, now) = ((token.Id, refusal), clock.GetUtcNow());
        var since = now - (refusal is null ? BetweenUses : BetweenRefusals);
        if ((refusal is null && token.LastUsedAt > since) || (_told.TryGetValue(use, out var last) && last > since))
            return;
        _told[use] = now;
        try
        {
            await services.GetRequiredService<ISender>().Send(new RecordTokenUse(token.Id, refusal));
        }
        catch (Exception exception)
        {
            _told.TryRemove(use, out _);
            NotTold(exception, token.Id);
        }
    }

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

    [LoggerMessage(2, LogLevel.Warning, "That token {TokenId} was used could not be recorded")]
    private partial void NotTold(Exception exception, TokenId tokenId);
}

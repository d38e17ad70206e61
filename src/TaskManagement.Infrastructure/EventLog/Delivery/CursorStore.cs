using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>Keeps cursors and leases in the database.</summary>
internal sealed class CursorStore(
    IServiceScopeFactory scopes,
    DatabaseProvider provider,
    SubscriptionCatalog catalog,
    EngineSafeguards safeguards,
    IOptions<EventsOptions> options,
    TimeProvider time)
{
    private readonly string _confirm = provider.Events.Settle(Limit(options), safeguards.Fencing, moves: false);
    private readonly string _move = provider.Events.Settle(Limit(options), safeguards.Fencing, moves: true);

    private EventStatements Statements => provider.Events;

    /// <summary>Makes the cursors of subscriptions that are new, hands on those that were renamed, and begins to divide anew those whose partitions changed.</summary>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        const int mostNodesAtOnce = 10;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WriteAsync(db => RegisterAsync(db, cancellationToken), cancellationToken);
                return;
            }
            catch (Exception exception) when (attempt < mostNodesAtOnce && (provider.UniqueViolation(exception) is not null || provider.IsConflict(exception)))
            {
                // Another node that starts at the same time was first.
            }
        }
    }

    /// <summary>Divides a subscription anew once all its old partitions have come to the same position; does nothing before.</summary>
    public Task RepartitionAsync(Subscription subscription, CancellationToken cancellationToken) => WriteAsync(async db =>
    {
        var old = await db.EventCursors.Where(cursor => cursor.Subscription == subscription.Name && cursor.Replay == 0).ToListAsync(cancellationToken);
        if (old.Count == 0 || old.Exists(cursor => cursor.StopAt != cursor.Position))
            return;
        // Whoever still holds one of the old partitions finds it gone, or with another token.
        var deleted = await db.EventCursors
            .Where(cursor => cursor.Subscription == subscription.Name && cursor.Replay == 0 && cursor.Position == cursor.StopAt)
            .ExecuteDeleteAsync(cancellationToken);
        if (deleted != old.Count)
            throw new InvalidOperationException($"The partitions of {subscription.Name} changed while they were divided anew.");
        db.ChangeTracker.Clear();
        Add(db, subscription, old[0].Position, old[0].StartedFrom, old.Max(cursor => cursor.Token) + 1, old.Max(cursor => cursor.ReplayUntil), old[0].PausedAt);
        await db.SaveChangesAsync(cancellationToken);
    }, cancellationToken);

    /// <summary>Says that a node lives, renews its leases, and tells how all cursors stand.</summary>
    public Task<List<CursorState>> BeatAsync(string node, TimeSpan lease, CancellationToken cancellationToken) => TurnAsync(
        db => db.Database.SqlQueryRaw<CursorState>(Statements.Beat, node, (int)lease.TotalMilliseconds).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>Takes a lease that is free, has run out, or is this node's own; null if another was first.</summary>
    public async Task<Lease?> TakeAsync(CursorState cursor, string node, TimeSpan lease, CancellationToken cancellationToken)
    {
        var taken = await ExecuteAsync(
            Statements.Take, cancellationToken, node, (int)lease.TotalMilliseconds, cursor.Subscription, cursor.Replay, cursor.Partition, cursor.Token);
        return taken == 1 ? new(cursor.Key, cursor.Token + 1) : null;
    }

    /// <summary>Gives a lease back.</summary>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => ExecuteAsync(
        """
        UPDATE event_cursors SET holder = NULL, lease_until = NULL, attempt_position = NULL
        WHERE subscription = {0} AND replay = {1} AND partition = {2} AND token = {3}
        """,
        cancellationToken,
        lease.Key.Subscription,
        lease.Key.Replay,
        lease.Key.Partition,
        lease.Token);

    /// <summary>Notes what keeps the handler from working; null when it works again.</summary>
    public Task NoteObstacleAsync(Lease lease, string? obstacle, CancellationToken cancellationToken) => ExecuteAsync(
        $"""
        UPDATE event_cursors SET obstacle_since = {(obstacle is null ? "NULL" : $"COALESCE(obstacle_since, {Statements.Now})")}, obstacle = {(obstacle is null ? "NULL" : "{4}")}
        WHERE subscription = {"{0}"} AND replay = {"{1}"} AND partition = {"{2}"} AND token = {"{3}"}
        """,
        cancellationToken,
        [lease.Key.Subscription, lease.Key.Replay, lease.Key.Partition, lease.Token, .. obstacle is null ? Array.Empty<object>() : [obstacle]]);

    /// <summary>
    /// Forgets nodes that have not been heard of for a day, and replays that are over and were started a month ago. Parked events and dead letters
    /// stay until someone settles them, and their replay with them.
    /// </summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            $"DELETE FROM event_nodes WHERE seen_at < {Statements.After("{0}")}", cancellationToken, -(int)TimeSpan.FromDays(1).TotalMilliseconds);
        await TurnAsync(
            async db =>
            {
                var monthAgo = await db.NowAsync(provider, cancellationToken) - TimeSpan.FromDays(30);
                // The newest stays: the next replay takes its number from it.
                return await db.EventCursors
                    .Where(cursor => cursor.Replay > 0 && cursor.CreatedAt < monthAgo
                        && (cursor.PausedAt != null || cursor.Position >= cursor.StopAt)
                        && !db.ParkedEvents.Any(parked => parked.Replay == cursor.Replay)
                        && db.EventCursors.Any(later => later.Replay > cursor.Replay))
                    .ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Takes a node off the list of those that live.</summary>
    public Task LeaveAsync(string node, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM event_nodes WHERE id = {0}", cancellationToken, node);

    /// <summary>How a cursor stands, and over how many partitions its subscription is divided.</summary>
    /// <exception cref="LeaseLostException">Another node has it.</exception>
    public Task<(EventCursor Cursor, int Partitions)> LoadAsync(Lease lease, CancellationToken cancellationToken) => ReadAsync(async db =>
    {
        var partitions = await db.EventCursors.AsNoTracking()
            .Where(cursor => cursor.Subscription == lease.Key.Subscription && cursor.Replay == lease.Key.Replay)
            .ToListAsync(cancellationToken);
        var mine = partitions.Find(cursor => cursor.Partition == lease.Key.Partition && cursor.Token == lease.Token);
        return mine is null ? throw new LeaseLostException(lease.Key) : (mine, partitions.Count);
    });

    /// <summary>Writes how far several cursors have come, in one statement.</summary>
    public async Task AcknowledgeAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken)
    {
        var (cases, filters, parameters) = (new StringBuilder(), new StringBuilder(), new List<object>());
        var handled = leases.Select(lease => lease.Handled).ToArray();
        for (var i = 0; i < leases.Count; i++)
        {
            var key = leases[i].Key;
            var first = parameters.Count;
            parameters.AddRange([key.Subscription, key.Replay, key.Partition, leases[i].Token, handled[i]]);
            var row = string.Create(CultureInfo.InvariantCulture, $"subscription = {{{first}}} AND replay = {{{first + 1}}} AND partition = {{{first + 2}}}");
            cases.Append(CultureInfo.InvariantCulture, $" WHEN {row} THEN {{{first + 4}}}");
            filters.Append(i > 0 ? " OR " : "")
                .Append(CultureInfo.InvariantCulture, $"({row} AND position < {{{first + 4}}}{(safeguards.Fencing ? $" AND token = {{{first + 3}}}" : $" AND {{{first + 3}}} > 0")})");
        }

        await ExecuteAsync($"UPDATE event_cursors SET position = CASE{cases} ELSE position END WHERE {filters}", cancellationToken, [.. parameters]);
        for (var i = 0; i < leases.Count; i++)
            leases[i].AcknowledgedTo(handled[i]);
    }

    /// <summary>Notes, before it begins, which event is tried with care.</summary>
    /// <exception cref="LeaseLostException">Another node has the cursor.</exception>
    public async Task BeginAttemptAsync(Lease lease, long position, CancellationToken cancellationToken)
    {
        var noted = await ExecuteAsync(
            """
            UPDATE event_cursors SET attempt_position = {0}, position = {1}
            WHERE subscription = {2} AND replay = {3} AND partition = {4} AND token = {5}
            """,
            cancellationToken,
            position,
            lease.Handled,
            lease.Key.Subscription,
            lease.Key.Replay,
            lease.Key.Partition,
            lease.Token);
        if (noted != 1)
            throw new LeaseLostException(lease.Key);
        lease.AcknowledgedTo(lease.Handled);
    }

    /// <summary>
    /// Moves the cursor as the last statement of a transaction. Whoever takes the lease over can do so when this transaction has ended, and finds the
    /// cursor moved; whoever lost it finds nothing to move, and must not commit.
    /// </summary>
    /// <param name="db">The context whose transaction it is.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="position">Everything up to here is handled with this commit; null to move nothing and only make sure of the lease.</param>
    /// <param name="delivered">How many events are delivered with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LeaseLostException">Another node has it.</exception>
    public async Task SettleAsync(TaskManagementDbContext db, Lease lease, long? position, int delivered, CancellationToken cancellationToken)
    {
        var key = lease.Key;
        var settled = position is { } to
            ? await db.Database.ExecuteSqlRawAsync(_move, [(long)delivered, key.Subscription, key.Replay, key.Partition, lease.Token, to], cancellationToken)
            : await db.Database.ExecuteSqlRawAsync(_confirm, [(long)delivered, key.Subscription, key.Replay, key.Partition, lease.Token], cancellationToken);
        if (settled != 1)
            throw new LeaseLostException(key);
    }

    private async Task RegisterAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        var cursors = await db.EventCursors.Where(cursor => cursor.Replay == 0).ToListAsync(cancellationToken);
        var head = await db.EventLog.MaxAsync(record => record.Position, cancellationToken) ?? 0;
        foreach (var subscription in catalog.All)
        {
            var known = cursors.FindAll(cursor => string.Equals(cursor.Subscription, subscription.Name, StringComparison.Ordinal));
            if (known.Count == 0 && await RenameAsync(db, subscription, cursors, cancellationToken))
                continue;
            var start = subscription.Policy.StartFrom == StartFrom.Beginning ? 0 : head;
            if (known.Count == 0)
                Add(db, subscription, start, start, token: 0);
            else if (known.Count != subscription.Policy.Partitions)
                Halt(known);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private void Add(
        TaskManagementDbContext db, Subscription subscription, long position, long startedFrom, long token, long replayUntil = 0, DateTimeOffset? pausedAt = null)
    {
        for (var partition = 0; partition < subscription.Policy.Partitions; partition++)
        {
            db.EventCursors.Add(new()
            {
                Subscription = subscription.Name,
                Partition = partition,
                Position = position,
                StartedFrom = startedFrom,
                ReplayUntil = replayUntil,
                PausedAt = pausedAt,
                Token = token,
                CreatedAt = time.GetUtcNow(),
                CreatedBy = "system:service",
            });
        }
    }

    /// <summary>Lets all partitions come to where the farthest of them is, and no farther.</summary>
    private static void Halt(List<EventCursor> partitions)
    {
        var farthest = partitions.Max(cursor => cursor.Position);
        foreach (var cursor in partitions)
            cursor.StopAt ??= farthest;
    }

    private static async Task<bool> RenameAsync(
        TaskManagementDbContext db, Subscription subscription, List<EventCursor> cursors, CancellationToken cancellationToken)
    {
        foreach (var alias in subscription.Aliases.Where(alias => cursors.Exists(cursor => string.Equals(cursor.Subscription, alias, StringComparison.Ordinal))))
        {
            // The token rises, so a node of an older version that still works under the old name is out.
            await db.EventCursors.Where(cursor => cursor.Subscription == alias).ExecuteUpdateAsync(
                set => set.SetProperty(cursor => cursor.Subscription, subscription.Name)
                    .SetProperty(cursor => cursor.Token, cursor => cursor.Token + 1)
                    .SetProperty(cursor => cursor.Holder, (string?)null),
                cancellationToken);
            await db.ParkedEvents.Where(parked => parked.Subscription == alias)
                .ExecuteUpdateAsync(set => set.SetProperty(parked => parked.Subscription, subscription.Name), cancellationToken);
            return true;
        }

        return false;
    }

    private async Task<T> ReadAsync<T>(Func<TaskManagementDbContext, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>());
    }

    /// <summary>Writes when it is this process' turn to.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
        return await write();
    }

    private async Task<T> TurnAsync<T>(Func<TaskManagementDbContext, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
        return await ReadAsync(work);
    }

    // Between its last statement and its commit a delivery has the row of its cursor, and no one else can take it.
    private static TimeSpan Limit(IOptions<EventsOptions> options) => TimeSpan.FromSeconds(options.Value.LeaseSeconds / 3.0);

    private Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] parameters) =>
        TurnAsync(db => db.Database.ExecuteSqlRawAsync(sql, parameters, cancellationToken), cancellationToken);

    private Task<bool> WriteAsync(Func<TaskManagementDbContext, Task> work, CancellationToken cancellationToken) => TurnAsync(
        db => db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await work(db);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }),
        cancellationToken);
}

/// <summary>How a cursor stands, and what the database says along with it.</summary>
internal sealed record CursorState
{
    public required string Subscription { get; init; }

    public required long Replay { get; init; }

    public required int Partition { get; init; }

    public required long Position { get; init; }

    public required long? StopAt { get; init; }

    public required string? Holder { get; init; }

    public required long Token { get; init; }

    /// <summary>1 if an operator stopped it.</summary>
    public required int Paused { get; init; }

    /// <summary>For how long the lease holds yet, in milliseconds; null if no one has it.</summary>
    public required long? LeaseLeft { get; init; }

    /// <summary>1 if it is a replay that is done.</summary>
    public required int Finished { get; init; }

    /// <summary>The database's time in milliseconds since 1970.</summary>
    public required long Now { get; init; }

    /// <summary>How many other nodes live.</summary>
    public required int OtherNodes { get; init; }

    /// <summary>The last position in the log.</summary>
    public required long Head { get; init; }

    /// <summary>How many events are without a position.</summary>
    public required int Unnumbered { get; init; }

    /// <summary>How many events of the subscription, all its partitions, are parked and not dead letters.</summary>
    public required int Parked { get; init; }

    /// <summary>How many dead letters the subscription has, in all its partitions.</summary>
    public required int Dead { get; init; }

    public CursorKey Key => new(Subscription, Replay, Partition);
}

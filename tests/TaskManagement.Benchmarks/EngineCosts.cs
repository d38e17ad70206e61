using System.Collections.Concurrent;
using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks;

/// <summary>What after-commit delivery costs the command, and how fast it is.</summary>
internal static class EngineCosts
{
    private const int Clients = 16;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(6);

    private static readonly Type[] Numbers =
    [
        typeof(N1), typeof(N2), typeof(N3), typeof(N4), typeof(N5), typeof(N6), typeof(N7), typeof(N8), typeof(N9), typeof(N10),
        typeof(N11), typeof(N12), typeof(N13), typeof(N14), typeof(N15), typeof(N16), typeof(N17), typeof(N18), typeof(N19), typeof(N20),
    ];

    /// <summary>Measures all of it on one database.</summary>
    /// <param name="kind">Which database.</param>
    /// <param name="events">How many events there are to catch up with.</param>
    public static async Task MeasureAsync(DatabaseKind kind, int events)
    {
        Console.WriteLine($"\n## {kind}\n");
        await CommandsAsync(kind);
        await LatencyAsync(kind);
        if (kind == DatabaseKind.PostgreSql)
        {
            await CatchUpAsync(events);
            await RowPerMessageOutbox.MeasureAsync(events / 50);
        }
    }

    private static async Task CommandsAsync(DatabaseKind kind)
    {
        int[] counts = [0, 5, 20];
        var results = counts.ToDictionary(count => count, _ => new List<double>());
        // The first round warms up.
        for (var round = 0; round < 4; round++)
        {
            foreach (var count in counts)
            {
                await using var host = await StartAsync(kind, count);
                var perSecond = await CreateTasksAsync(host, Round);
                if (round > 0)
                    results[count].Add(perSecond);
            }
        }

        Console.WriteLine($"Commands per second, {Clients} at a time, each creates a task; median of three rounds\n");
        Console.WriteLine("| subscriptions | commands/s | of none |\n| --- | --- | --- |");
        foreach (var count in counts)
            Console.WriteLine($"| {count} | {Median(results[count]):0} | {Median(results[count]) / Median(results[0]):0.00} |");
    }

    private static async Task LatencyAsync(DatabaseKind kind)
    {
        await using var host = await StartAsync(kind, 1);
        DoNothing<N1>.Handled = new();
        var idle = new List<double>();
        for (var i = 0; i < 220; i++)
        {
            var task = await host.SendAsync(new CreateTask($"Idle {i}"));
            var committed = Stopwatch.GetTimestamp();
            long handled;
            while (!DoNothing<N1>.Handled.TryGetValue(task.Id, out handled))
                await Task.Yield();
            if (i >= 20)
                idle.Add(Math.Max(0, (handled - committed) * 1000.0 / Stopwatch.Frequency));
            await Task.Delay(10);
        }

        var committedAt = new ConcurrentDictionary<Guid, long>();
        DoNothing<N1>.Handled = new();
        await CreateTasksAsync(host, Round, id => committedAt[id] = Stopwatch.GetTimestamp());
        while (DoNothing<N1>.Handled.Count < committedAt.Count)
            await Task.Delay(5);
        var load = committedAt.Select(pair => Math.Max(0, (DoNothing<N1>.Handled[pair.Key] - pair.Value) * 1000.0 / Stopwatch.Frequency)).ToList();
        DoNothing<N1>.Handled = null;

        Console.WriteLine("\nFrom the answer to a command until the handler has run, in milliseconds\n");
        Console.WriteLine("| | p50 | p99 |\n| --- | --- | --- |");
        Console.WriteLine($"| idle | {Percentile(idle, 0.5):0.0} | {Percentile(idle, 0.99):0.0} |");
        Console.WriteLine($"| {Clients} clients | {Percentile(load, 0.5):0.0} | {Percentile(load, 0.99):0.0} |");
    }

    private static async Task CatchUpAsync(int events)
    {
        Console.WriteLine($"\nCatching up with {events:N0} events\n");
        Console.WriteLine("| | events/s |\n| --- | --- |");
        await using var writer = await StartAsync(DatabaseKind.PostgreSql, 0, deliver: false);
        await FillAsync(writer, events);
        var sequencer = writer.Services.GetRequiredService<Sequencer>();
        var numbering = Stopwatch.StartNew();
        await sequencer.NumberAsync(CancellationToken.None);
        Report("sequencer", events, numbering);
        await MeasureAsync("one subscription that does nothing", events, typeof(DoNothing<N1>));
        await MeasureAsync("ten that do nothing, each", events, [.. Numbers.Take(10).Select(number => typeof(DoNothing<>).MakeGenericType(number))]);
        // With a transaction for each event there is less to do in the same time.
        var few = Math.Min(events, 20_000);
        await MeasureAsync("one that writes a row, a transaction for each", few, typeof(WriteRow));
        await MeasureAsync("one that writes a row, a transaction for each, in eight partitions", few, typeof(WriteRowInPartitions));
        await MeasureAsync("one that writes a row, a hundred in a transaction", Math.Min(events, 200_000), typeof(WriteRows));
        await MeasureAsync("one that writes a row, five hundred together", Math.Min(events, 200_000), typeof(WriteRowsTogether));

        async Task MeasureAsync(string name, int count, params Type[] handlers)
        {
            await using var node = writer.AnotherNode(services =>
            {
                foreach (var handler in handlers)
                    services.AddTransient(typeof(INotificationHandler<Committed<TaskReopened>>), handler);
            });
            var cursors = node.Services.GetRequiredService<CursorStore>();
            await cursors.RegisterAsync(CancellationToken.None);
            var names = handlers.Select(Subscription.DefaultName).ToList();
            await node.InScopeAsync(scope => scope.GetRequiredService<TaskManagementDbContext>().Set<EventCursor>()
                .Where(cursor => names.Contains(cursor.Subscription))
                .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Position, events - count)));
            await node.InScopeAsync(scope => scope.GetRequiredService<TaskManagementDbContext>().Set<EventCursor>()
                .Where(cursor => !names.Contains(cursor.Subscription)).ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Position, events)));
            var watch = Stopwatch.StartNew();
            await node.StartDeliveryAsync();
            while (await node.InScopeAsync(scope => scope.GetRequiredService<TaskManagementDbContext>().Set<EventCursor>()
                .AnyAsync(cursor => names.Contains(cursor.Subscription) && cursor.Position < events)))
                await Task.Delay(10);
            Report(name, count, watch);
        }
    }

    private static void Report(string name, int events, Stopwatch watch) => Console.WriteLine($"| {name} | {events / watch.Elapsed.TotalSeconds:N0} |");

    private static async Task<TestHost> StartAsync(DatabaseKind kind, int subscriptions, bool deliver = true)
    {
        var host = await TestHost.StartAsync(kind, services =>
        {
            foreach (var number in Numbers.Take(subscriptions))
                services.AddTransient(typeof(INotificationHandler<Committed<IDomainEvent>>), typeof(DoNothing<>).MakeGenericType(number));
        });
        await host.InScopeAsync(scope => scope.GetRequiredService<TaskManagementDbContext>().Database.ExecuteSqlRawAsync("CREATE TABLE bench_rows (event_id varchar(40) NOT NULL)"));
        if (deliver)
            await host.StartDeliveryAsync();
        return host;
    }

    private static async Task<double> CreateTasksAsync(TestHost host, TimeSpan time, Action<Guid>? created = null)
    {
        var watch = Stopwatch.StartNew();
        long count = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            while (watch.Elapsed < time)
            {
                var task = await host.SendAsync(new CreateTask("Measured"));
                created?.Invoke(task.Id);
                Interlocked.Increment(ref count);
            }
        })));
        return count / watch.Elapsed.TotalSeconds;
    }

    private static Task<int> FillAsync(TestHost host, int events) => host.InScopeAsync(scope =>
    {
        var database = scope.GetRequiredService<TaskManagementDbContext>().Database;
        database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        // Ten events for each of the aggregates.
        return database.ExecuteSqlRawAsync(
            """
            INSERT INTO event_log (event_id, stream_type, stream_id, stream_version, type, type_version, payload, actor, correlation_id, causation_id, causation_depth, occurred_at)
            SELECT gen_random_uuid(), 'task', md5((n / 10)::text)::uuid, n % 10 + 1, 'task.reopened', 1,
                '{{"taskId":"' || md5((n / 10)::text)::uuid || '","title":"A task of the usual length"}}', 'user:bench', 'bench', gen_random_uuid(), 0, now()
            FROM generate_series(0, {0} - 1) n
            """,
            events);
    });

    private static double Median(List<double> values) => Percentile(values, 0.5);

    private static double Percentile(List<double> values, double part)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
    }
}

internal sealed class DoNothing<TNumber> : INotificationHandler<Committed<IDomainEvent>>, INotificationHandler<Committed<TaskReopened>>
{
    /// <summary>When the creation of a task was handled, if anyone wants to know.</summary>
    public static ConcurrentDictionary<Guid, long>? Handled { get; set; }

    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken)
    {
        if (Handled is { } handled && notification.Logged.StreamVersion == 1)
            handled[notification.Logged.StreamId] = Stopwatch.GetTimestamp();
        return Task.CompletedTask;
    }

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) => Task.CompletedTask;
}

internal class WriteRow(TaskManagementDbContext db) : INotificationHandler<Committed<TaskReopened>>
{
    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"INSERT INTO bench_rows (event_id) VALUES ({notification.Logged.EventId.ToString()})", cancellationToken);
}

[Subscription(Partitions = 8)]
internal sealed class WriteRowInPartitions(TaskManagementDbContext db) : WriteRow(db);

[Subscription(BatchSize = 500)]
internal sealed class WriteRowsTogether(TaskManagementDbContext db) : INotificationHandler<Committed<TaskReopened>>, IBatchHandler
{
    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) => WriteAsync([notification.Logged.EventId.ToString()], cancellationToken);

    public async Task<IReadOnlyList<FailedEvent>> HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken)
    {
        await WriteAsync([.. batch.Select(committed => committed.Logged.EventId.ToString())], cancellationToken);
        return [];
    }

    private Task<int> WriteAsync(string[] ids, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"INSERT INTO bench_rows (event_id) SELECT unnest({ids})", cancellationToken);
}

[Subscription(BatchSize = 100)]
internal sealed class WriteRows(TaskManagementDbContext db) : WriteRow(db);

internal sealed class N1;
internal sealed class N2;
internal sealed class N3;
internal sealed class N4;
internal sealed class N5;
internal sealed class N6;
internal sealed class N7;
internal sealed class N8;
internal sealed class N9;
internal sealed class N10;
internal sealed class N11;
internal sealed class N12;
internal sealed class N13;
internal sealed class N14;
internal sealed class N15;
internal sealed class N16;
internal sealed class N17;
internal sealed class N18;
internal sealed class N19;
internal sealed class N20;

using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using TaskManagement.Application.Tasks;
using TaskManagement.Application.Webhooks;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using TaskManagement.TestSupport.Processes;

namespace TaskManagement.Benchmarks;

/// <summary>How fast events leave: to a local receiver of webhooks, and to a local RabbitMQ.</summary>
internal static class OutwardCosts
{
    private const int Clients = 16;
    private const string Exchange = "bench";

    /// <summary>Measures both on one database.</summary>
    /// <param name="kind">Which database.</param>
    /// <param name="tasks">How many tasks are created before anything is delivered; one event each.</param>
    public static async Task MeasureAsync(DatabaseKind kind, int tasks)
    {
        Console.WriteLine($"\n## {kind}\n\n{tasks:N0} events that wait, and then each as it is committed; latency from the answer to a command until the event is there, in milliseconds\n");
        Console.WriteLine("| to | events/s | idle p50 | idle p99 | 200/s p50 | 200/s p99 |\n| --- | --- | --- | --- | --- | --- |");
        await ToWebhookAsync("a webhook", kind, tasks, failures: 0);
        await ToWebhookAsync("a webhook that fails 30 % of calls", kind, tasks, failures: 0.3);
        await ToBrokerAsync(kind, tasks);
    }

    private static async Task ToWebhookAsync(string name, DatabaseKind kind, int tasks, double failures)
    {
        var arrived = new Arrivals();
        var random = new Random(1);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.MapPost("/hook", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            bool fails;
            lock (random)
                fails = random.NextDouble() < failures;
            if (!fails)
                arrived.Note(request.Headers["webhook-id"].ToString()[..36]);
            return fails ? Results.StatusCode(500) : Results.NoContent();
        });
        await receiver.StartAsync();
        await using var host = await TestHost.StartAsync(kind, settings: new(StringComparer.Ordinal)
        {
            ["Webhooks:AllowPrivateNetworks"] = "127.0.0.1/32",
            ["Webhooks:BackoffBaseSeconds"] = "0.1",
            ["Webhooks:BackoffFactor"] = "1",
            ["Webhooks:MaxAttempts"] = "100",
        });
        await host.SendAsync(new CreateWebhook($"{receiver.Urls.First()}/hook", ["task.created"]));
        await MeasureAsync(name, host, arrived, tasks);
    }

    private static async Task ToBrokerAsync(DatabaseKind kind, int tasks)
    {
        await using var broker = await RabbitMqProcess.StartOrSkipAsync();
        var arrived = new Arrivals();
        await using var connection = await new ConnectionFactory { Uri = new(broker.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync("bench", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("bench", Exchange, "taskmanagement.task.created.#");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivered) =>
        {
            arrived.Note(delivered.BasicProperties.MessageId!);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("bench", autoAck: true, consumer);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["RabbitMq:Enabled"] = "true",
            ["RabbitMq:ConnectionString"] = broker.ConnectionString,
            ["RabbitMq:Exchange"] = Exchange,
        };
        await using var host = await TestHost.StartAsync(kind, settings: settings);
        // Its place in the log is where the service is started for the first time.
        await host.StartDeliveryAsync();
        await host.StopDeliveryAsync();
        await using var node = host.AnotherNode(settings: settings);
        await MeasureAsync("RabbitMQ", node, arrived, tasks);
    }

    private static async Task MeasureAsync(string name, TestHost host, Arrivals arrived, int tasks)
    {
        await CreateAsync(host, tasks, Clients, _ => { });
        var watch = Stopwatch.StartNew();
        await host.StartDeliveryAsync();
        await arrived.UntilAsync(tasks);
        var perSecond = tasks / watch.Elapsed.TotalSeconds;

        var idle = await LatencyAsync(host, arrived, 300, clients: 1, pause: TimeSpan.FromMilliseconds(10));
        var busy = await LatencyAsync(host, arrived, 3000, Clients, pause: TimeSpan.FromMilliseconds(Clients * 1000 / 200));
        Console.WriteLine($"| {name} | {perSecond:N0} | {At(idle, 0.5):0.0} | {At(idle, 0.99):0.0} | {At(busy, 0.5):0.0} | {At(busy, 0.99):0.0} |");
    }

    private static async Task<List<double>> LatencyAsync(TestHost host, Arrivals arrived, int tasks, int clients, TimeSpan pause)
    {
        var answered = new ConcurrentDictionary<Guid, long>();
        var before = arrived.Count;
        await CreateAsync(host, tasks, clients, id => answered[id] = Stopwatch.GetTimestamp(), pause);
        await arrived.UntilAsync(before + tasks);
        var events = await host.InScopeAsync(scope => Task.FromResult(EventIds(scope, answered.Keys)));
        return [.. events.Select(pair => Math.Max(0, (arrived.At(pair.EventId) - answered[pair.TaskId]) * 1000.0 / Stopwatch.Frequency)).Order()];
    }

    private static List<(Guid TaskId, Guid EventId)> EventIds(IServiceProvider scope, ICollection<Guid> tasks)
    {
        var db = (TaskManagementDbContext)scope.GetService(typeof(TaskManagementDbContext))!;
        var created = db.EventLog.Where(record => record.Type == "task.created").Select(record => new { record.StreamId, record.EventId }).ToList();
        var wanted = tasks.ToHashSet();
        return [.. created.Where(record => wanted.Contains(record.StreamId)).Select(record => (record.StreamId, record.EventId))];
    }

    private static Task CreateAsync(TestHost host, int tasks, int clients, Action<Guid> created, TimeSpan pause = default)
    {
        var left = tasks;
        return Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                created((await host.SendAsync(new CreateTask("Measured"))).Id);
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause);
            }
        })));
    }

    private static double At(List<double> sorted, double part) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];

    /// <summary>When each event was there first.</summary>
    private sealed class Arrivals
    {
        private readonly ConcurrentDictionary<Guid, long> _at = new();

        public int Count => _at.Count;

        public void Note(string eventId) => _at.TryAdd(Guid.Parse(eventId), Stopwatch.GetTimestamp());

        public long At(Guid eventId) => _at[eventId];

        public async Task UntilAsync(int count)
        {
            var (before, waited) = (_at.Count, Stopwatch.StartNew());
            while (_at.Count < count)
            {
                await Task.Delay(2);
                if (_at.Count > before)
                    (before, waited) = (_at.Count, Stopwatch.StartNew());
                if (waited.Elapsed > TimeSpan.FromMinutes(1))
                    throw new TimeoutException($"{_at.Count} of {count} events arrived, and no more.");
            }
        }
    }
}

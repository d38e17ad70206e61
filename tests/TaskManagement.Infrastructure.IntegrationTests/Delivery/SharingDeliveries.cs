using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>Partitions and nodes that share the work, and hand it on.</summary>
public abstract class SharingDeliveries(DatabaseKind database) : DeliveryTest(database)
{
    [Fact]
    public async Task Partitions_work_side_by_side_and_can_be_divided_anew_without_a_loss_or_a_double()
    {
        // Longer than this machine can be held up: a lease that is lost, and not the division, would be a reason to deliver anew.
        var settings = new Dictionary<string, string?>(Quick) { ["Subscriptions:test-inbox:Partitions"] = "4", ["Events:LeaseSeconds"] = "60", ["Events:DrainSeconds"] = "25" };
        await using var host = await StartDeliveringAsync(settings);
        var tasks = new List<TaskId>();
        for (var i = 0; i < 20; i++)
            tasks.Add(await host.CreateTaskAsync($"Task {i}"));
        await EventuallyAsync(() => _inbox.Received.Count == 20);
        await host.StopDeliveryAsync();

        await using var divided = host.AnotherNode(services => services.WithInbox(_inbox), new(settings) { ["Subscriptions:test-inbox:Partitions"] = "3" });
        await divided.StartDeliveryAsync();
        foreach (var task in tasks)
            await divided.RenameAsync(task, "Renamed");
        await EventuallyAsync(() => _inbox.Received.Count >= 40);
        await EventuallyAsync(async () => await divided.ReadAsync(db => db.EventCursors.CountAsync(cursor => cursor.Subscription == "test-inbox")) == 3);
        Assert.Equal(40, _inbox.Received.Select(received => received.EventId).Distinct().Count());
        Assert.Equal(40, _inbox.Received.Count);
    }

    [Fact]
    public async Task Two_nodes_share_the_work_and_one_that_leaves_hands_its_part_on()
    {
        await using var one = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:Partitions"] = "8" });
        await using var two = one.AnotherNode(services => services.WithInbox(_inbox), new(Quick) { ["Subscriptions:test-inbox:Partitions"] = "8" });
        await two.StartDeliveryAsync();
        await EventuallyAsync(async () => await HoldersAsync(one) == 2);

        for (var i = 0; i < 30; i++)
            await (i % 2 == 0 ? one : two).CreateTaskAsync($"Task {i}");
        await EventuallyAsync(() => _inbox.Received.Count == 30);
        await two.StopDeliveryAsync();
        await one.CreateTaskAsync("After");
        for (var i = 0; i < 10; i++)
            await one.CreateTaskAsync($"After {i}");
        await EventuallyAsync(() => _inbox.Received.Count == 41);
        Assert.Equal(41, _inbox.Received.Select(received => received.EventId).Distinct().Count());
        Assert.Equal(1, await HoldersAsync(one));
    }

    [Fact]
    public async Task A_node_that_only_answers_requests_learns_how_far_the_log_goes()
    {
        await using var one = await StartDeliveringAsync();
        await one.CreateTaskAsync("Before");
        await using var two = one.AnotherNode(settings: new(Quick) { ["Events:Deliver"] = "false" });
        var signals = two.Services.GetRequiredService<EventSignals>();
        await two.StartDeliveryAsync();

        await EventuallyAsync(() => signals.Head == 1);
        await one.CreateTaskAsync("Meanwhile");
        await EventuallyAsync(() => signals.Head == 2);
    }

    [Fact]
    public async Task A_handler_that_takes_its_time_costs_its_node_no_lease_when_another_node_joins()
    {
        var settings = new Dictionary<string, string?>(Quick) { ["Subscriptions:test-inbox:Partitions"] = "8", ["Subscriptions:test-inbox:TimeLimitSeconds"] = "120" };
        await using var one = await StartDeliveringAsync(settings);
        var (tasks, entered, leave) = (0, 0, new TaskCompletionSource());
        _inbox.Do = async (_, _, _) =>
        {
            Interlocked.Increment(ref entered);
            await leave.Task;
        };
        // Their ids decide in which partition they are.
        await EventuallyAsync(async () =>
        {
            await one.CreateTaskAsync($"Task {++tasks}");
            return Volatile.Read(ref entered) == 8;
        });

        var other = new Inbox();
        await using var two = one.AnotherNode(services => services.WithInbox(other), settings);
        await two.StartDeliveryAsync();
        await EventuallyAsync(async () => await one.ReadAsync(db => db.EventNodes.CountAsync()) == 2);
        var joined = await one.ReadAsync(db => db.EventNodes.MaxAsync(node => node.SeenAt));
        var twoLeasesLater = joined + TimeSpan.FromSeconds(6);
        await EventuallyAsync(async () => await one.ReadAsync(db => db.EventNodes.AllAsync(node => node.SeenAt > twoLeasesLater)), () => "A node is not heard of any more.");
        leave.SetResult();

        await EventuallyAsync(() => _inbox.Received.Count + other.Received.Count >= tasks);
        await EventuallyAsync(async () => await HoldersAsync(one) == 2);
        Assert.Equal(tasks, _inbox.Received.Concat(other.Received).Count());
        Assert.Equal(tasks, _inbox.Received.Concat(other.Received).Select(received => received.EventId).Distinct().Count());
    }

    [Fact]
    public async Task A_node_that_has_its_share_gives_back_what_it_holds_and_no_one_works_on()
    {
        var settings = new Dictionary<string, string?>(Quick) { ["Subscriptions:test-inbox:Partitions"] = "8" };
        await using var one = await StartDeliveringAsync(settings);
        await using var two = one.AnotherNode(services => services.WithInbox(_inbox), settings);
        await two.StartDeliveryAsync();
        var all = await one.ReadAsync(db => db.EventCursors.CountAsync());
        await EventuallyAsync(async () => await HeldByAsync(one) >= all / 2 && await HeldByAsync(two) >= all / 2);

        // As if workers of the one had ended, out of breath, while the other joined.
        var (lender, holder) = (two.Services.GetRequiredService<EventEngine>().Node, one.Services.GetRequiredService<EventEngine>().Node);
        await one.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Holder == lender)
            .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Holder, holder).SetProperty(cursor => cursor.Token, cursor => cursor.Token + 1)));

        await EventuallyAsync(async () => await HeldByAsync(one) >= all / 2 && await HeldByAsync(two) >= all / 2);
        for (var i = 0; i < 30; i++)
            await one.CreateTaskAsync($"Task {i}");
        await EventuallyAsync(() => _inbox.Received.Count == 30);
    }

    [Fact]
    public async Task Who_lost_the_lease_commits_nothing()
    {
        await using var host = await StartDeliveringAsync();
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var runs = 0;
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.Type != "task.created")
                return;
            // Changed without a command, so that the transaction begins when the handler is done.
            var task = await services.TaskAsync(new(logged.StreamId));
            task.Describe(TaskTitle.From($"By run {Interlocked.Increment(ref runs)}"), null, TestHostSteps.Stamp);
            if (runs == 1)
            {
                entered.SetResult();
                await leave.Task;
            }
        };
        var task = await host.CreateTaskAsync();
        await entered.Task;
        await host.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Subscription == "test-inbox")
            .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Token, cursor => cursor.Token + 1)));
        leave.SetResult();

        await EventuallyAsync(() => runs == 2 && _inbox.Received.Count >= 2);
        await EventuallyAsync(async () => (await host.EventsOfAsync(task.Value)).Count == 2);
        Assert.Equal("By run 2", (await host.LoadAsync(task)).Title);
    }

    [Fact]
    public async Task The_end_of_the_process_waits_for_what_is_in_hand_and_abandons_what_takes_too_long()
    {
        await using var host = await StartDeliveringAsync();
        var entered = new TaskCompletionSource();
        _inbox.Do = async (_, _, token) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        await host.CreateTaskAsync();
        await entered.Task;
        await host.StopDeliveryAsync();

        Assert.Empty(await host.ParkedAsync());
        var cursor = await host.CursorAsync();
        Assert.Equal((0L, (string?)null), (cursor.Position, cursor.Holder));
        _inbox.Do = (_, _, _) => Task.CompletedTask;
        await using var next = host.AnotherNode(services => services.WithInbox(_inbox), Quick);
        await next.StartDeliveryAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);
    }

    private static Task<int> HeldByAsync(TestHost host)
    {
        var node = host.Services.GetRequiredService<EventEngine>().Node;
        return host.ReadAsync(db => db.EventCursors.CountAsync(cursor => cursor.Holder == node));
    }

    // Which cursors a node gives to another is left to chance.
    private static Task<int> HoldersAsync(TestHost host) => host.ReadAsync(db => db.EventCursors
        .Where(cursor => cursor.Holder != null).Select(cursor => cursor.Holder).Distinct().CountAsync());
}

public sealed class SharingDeliveriesOnSqlite() : SharingDeliveries(DatabaseKind.Sqlite);

public sealed class SharingDeliveriesOnPostgreSql() : SharingDeliveries(DatabaseKind.PostgreSql);

public sealed class SharingDeliveriesOnSqlServer() : SharingDeliveries(DatabaseKind.SqlServer);

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Notifications;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Notifications;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Notifications;

/// <summary>The lists of notifications, as time passes and operators have events delivered again.</summary>
public abstract class NotifyingPeople(DatabaseKind database) : DatabaseTest(database)
{
    private const string Subscription = "notifications";
    private static readonly UserId Ann = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000a"));
    private static readonly UserId Bob = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000b"));
    private static readonly UserId Cleo = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000c"));

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_replay_doubles_nothing_leaves_what_was_read_read_and_adds_what_is_missing()
    {
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await using var engine = await Engine.StartAsync(host);
        await LiveAsync(host);
        await engine.CaughtUpAsync(Subscription);
        var (before, first) = (await RowsAsync(host), (await InboxAsync(host, Bob))[^1]);
        await host.SendAsync(new MarkNotificationRead(first.Id), By(Bob));
        await host.ReadAsync(db => db.Notifications.Where(row => row.PersonId == Ann).ExecuteDeleteAsync());
        // Who begins to watch now is not told of what was.
        _clock.Now = _clock.Now.AddMinutes(1);
        await host.SendAsync(new WatchTask(new(first.Task.Id)), By(Cleo));

        await ReplayAsync(host);

        Assert.Equal(before, await RowsAsync(host));
        Assert.Equal([first.Id], (await InboxAsync(host, Bob)).Where(notification => notification.ReadAt is not null).Select(notification => notification.Id));
    }

    [Fact]
    public async Task What_was_read_goes_after_ninety_days_and_does_not_come_back()
    {
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await using var engine = await Engine.StartAsync(host);
        await LiveAsync(host);
        await engine.CaughtUpAsync(Subscription);
        var all = await InboxAsync(host, Bob);
        await host.SendAsync(new MarkNotificationsRead(all[1].Id), By(Bob));
        var others = (await RowsAsync(host)).Count - all.Count;

        _clock.Now = _clock.Now.AddDays(89);
        Assert.Equal(0, await CleanAsync(host));
        _clock.Now = _clock.Now.AddDays(1);
        Assert.Equal(all.Count - 1, await CleanAsync(host));
        await ReplayAsync(host);

        Assert.Equal([all[0].Id], (await InboxAsync(host, Bob)).Select(notification => notification.Id));
        Assert.Equal(others + 1, (await RowsAsync(host)).Count);
    }

    [Fact]
    public async Task Preferences_are_rows_only_where_they_differ_from_the_default()
    {
        await using var host = await StartAsync();
        Task<int> CountAsync() => host.ReadAsync(db => db.NotificationPreferences.CountAsync());

        await ChangeAsync(new() { Completed = new(new() { Mail = new(true) }) });
        Assert.Equal(0, await CountAsync());
        await ChangeAsync(new() { Completed = new(new() { Mail = new(false) }), Mentioned = new(new() { Inbox = new(false) }) });
        Assert.Equal(2, await CountAsync());
        await ChangeAsync(new() { Completed = new(new() { Mail = new(null) }) });
        Assert.Equal(1, await CountAsync());
        await ChangeAsync(new() { Mentioned = new(null) });
        Assert.Equal(0, await CountAsync());

        Task ChangeAsync(NotificationPreferencesPatch patch) => host.SendAsync(new ChangeNotificationPreferences(patch), By(Ann));
    }

    private static TestCall By(UserId person) => new() { Actor = new($"user:{person}") };

    private static async Task LiveAsync(TestHost host)
    {
        var task = new TaskId((await host.SendAsync(new CreateTask("Water the plants", AssigneeId: Bob.Value), By(Ann))).Id);
        await host.SendAsync(new CommentOnTask(task, $"@{Ann} Where is the can?"), By(Bob));
        await host.SendAsync(new CommentOnTask(task, "In the shed."), By(Ann));
        await host.SendAsync(new CancelTask(task), By(Cleo));
    }

    private static async Task<IReadOnlyList<NotificationDto>> InboxAsync(TestHost host, UserId person) => (await host.SendAsync(new ListNotifications(), By(person))).Items;

    private static Task<List<string>> RowsAsync(TestHost host) => host.ReadAsync(async db =>
        (await db.Notifications.AsNoTracking().ToListAsync()).ConvertAll(row => $"{row.Id} {row.PersonId} {row.Kind} {row.Because} {row.EventId}").Order().ToList());

    private static Task<int> CleanAsync(TestHost host) => host.Services.GetRequiredService<NotificationCleanup>().CleanAsync(default);

    private static async Task ReplayAsync(TestHost host)
    {
        var start = await host.SendAsync(new ReplaySubscription(Subscription, From: null, To: null));
        await Eventually.IsTrueAsync("the replay is over", async () => (await host.SendAsync(new GetReplay(start.Replay!.Value))).State == ReplayState.Finished);
    }
}

public sealed class NotifyingPeopleOnSqlite() : NotifyingPeople(DatabaseKind.Sqlite);

public sealed class NotifyingPeopleOnPostgreSql() : NotifyingPeople(DatabaseKind.PostgreSql);

public sealed class NotifyingPeopleOnSqlServer() : NotifyingPeople(DatabaseKind.SqlServer);

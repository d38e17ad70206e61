using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Alerts;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Alerts.Events;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Dispatch;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>What failed is told of, once, and the audit log tells of everything.</summary>
public abstract class RaisingAlerts(DatabaseKind database) : DatabaseTest(database), IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly LogOfTest _log = new();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _log.Dispose();
    }

    [Fact]
    public async Task A_dead_letter_raises_an_alert_that_has_it_as_its_cause()
    {
        var inbox = new Inbox { Do = (_, _, _) => throw new PermanentFailureException("No such mailbox.") };
        await using var host = await StartDeliveringAsync(services => services.WithInbox(inbox));

        await host.CreateTaskAsync();

        var record = Assert.Single(await AlertsAsync(host, 1));
        var dead = (await host.EventsAsync()).Single(one => one.Type == "subscription.event_dead_lettered");
        Assert.Equal(("system:alerts", dead.EventId, 1L), (record.Actor.Value, record.CausationId, record.StreamVersion));
        var raised = Read(record);
        Assert.Equal(("subscription:test-inbox", "event_dead_lettered", 0L), (raised.Source, raised.Code, raised.Repeated));
        Assert.Contains("No such mailbox.", raised.Summary, StringComparison.Ordinal);
        var listed = Assert.Single((await host.SendAsync(new ListAlerts())).Items);
        Assert.Equal((record.StreamId, "subscription:test-inbox", 1L, _clock.Now), (listed.Id, listed.Source, listed.Count, listed.LastAt));
        var line = Assert.Single(_log.Named("alert_raised"));
        Assert.Equal((LogLevel.Error, record.StreamId), (line.Level, line.Fields["AlertId"]));
    }

    [Fact]
    public async Task The_same_failure_raises_one_alert_per_window_and_the_next_says_how_many_there_were()
    {
        await using var host = await StartDeliveringAsync();

        for (var i = 0; i < 5; i++)
            await RecordDeadLetterAsync(host, "mail");
        await RecordDeadLetterAsync(host, "search");
        await EventuallyAsync(async () => (await CountsAsync(host)) is [("subscription:search", 1), ("subscription:mail", 5)] or [("subscription:mail", 5), ("subscription:search", 1)]);
        Assert.Equal(["subscription:mail", "subscription:search"], (await AlertsAsync(host, 2)).Select(record => Read(record).Source));

        _clock.Now += TimeSpan.FromMinutes(60);
        await RecordDeadLetterAsync(host, "mail");
        var last = (await AlertsAsync(host, 3))[^1];

        Assert.Equal((2L, 4L), (last.StreamVersion, Read(last).Repeated));
        Assert.Equal([("subscription:mail", 6L), ("subscription:search", 1)], await CountsAsync(host));
        Assert.Equal(3, _log.Named("alert_raised").Count());
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Alerts_that_are_not_what_the_log_says_are_found()
    {
        await using var host = await StartDeliveringAsync();
        foreach (var name in (string[])["forged", "gone"])
            await RecordDeadLetterAsync(host, name);
        await AlertsAsync(host, 2);

        await host.ReadAsync(db => db.Alerts.Where(alert => alert.Source == "subscription:forged").ExecuteUpdateAsync(set => set.SetProperty(alert => alert.Count, 7)));
        await host.ReadAsync(db => db.Alerts.Where(alert => alert.Source == "subscription:gone").ExecuteDeleteAsync());

        var differences = (await host.VerifyAsync()).Differences;
        Assert.Equal(
            [(DifferenceKind.Value, "count", "7", "1"), (DifferenceKind.MissingRow, null, null, null)],
            differences.Select(difference => (difference.Kind, difference.Field, difference.Stored, difference.ByLog)).Order());
        Assert.All(differences, difference => Assert.StartsWith("alerts, alert ", difference.Subject, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_of_alerts_show_each_once()
    {
        await using var host = await StartDeliveringAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
            await RecordDeadLetterAsync(host, name);
        await AlertsAsync(host, 5);

        List<string> sources = [];
        var page = new ListAlerts(Limit: 2);
        do
        {
            var answer = await host.SendAsync(page);
            sources.AddRange(answer.Items.Select(alert => alert.Source));
            page = page with { Cursor = answer.NextCursor };
        }
        while (page.Cursor is not null);

        Assert.Equal(["subscription:a", "subscription:b", "subscription:c", "subscription:d", "subscription:e"], sources.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Commands_raise_alerts_by_errors_that_no_one_expected_and_not_by_refusals()
    {
        var failing = true;
        await using var host = await StartDeliveringAsync(services => services.On<TaskCreated>((_, _) => failing ? throw new HandlerFailedException() : Task.CompletedTask));

        await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(new CompleteTask(TaskId.New())));
        await Assert.ThrowsAsync<HandlerFailedException>(() => host.SendAsync(new CreateTask("Task")));

        var raised = Read(Assert.Single(await AlertsAsync(host, 1)));
        Assert.Equal(("command:CreateTask", nameof(HandlerFailedException)), (raised.Source, raised.Code));
        failing = false;
    }

    [Fact]
    public async Task Any_event_that_says_it_is_a_failure_raises_alerts()
    {
        await using var host = await StartDeliveringAsync(extension: typeof(BackupFailed));

        await host.InUnitOfWorkAsync(services => services.GetRequiredService<IFacts>().RecordAsync("backup", Guid.CreateVersion7(), new BackupFailed("tape"), default));

        Assert.Equal("backup:tape", Read(Assert.Single(await AlertsAsync(host, 1))).Source);
    }

    [Fact]
    public async Task The_alerts_own_dead_letters_raise_none()
    {
        await using var host = await StartDeliveringAsync();

        await RecordDeadLetterAsync(host, "alerts");
        await RecordDeadLetterAsync(host, "mail");

        // In the order of the log: when the second is told of, the first was not.
        Assert.Equal("subscription:mail", Read(Assert.Single(await AlertsAsync(host, 1))).Source);
    }

    [Fact]
    public async Task The_audit_log_has_a_line_of_JSON_for_every_event_and_none_of_its_contents()
    {
        await using var host = await StartDeliveringAsync();

        await host.SendAsync(new CreateTask("canary"), new TestCall { Actor = new("user:ann"), CorrelationId = "conversation" });
        await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(new CompleteTask(TaskId.New())));
        await EventuallyAsync(() => _log.Named("audit").Count() >= 2);

        var created = (await host.EventsAsync())[0];
        var line = _log.Named("audit").Single(entry => Equals(entry.Fields["eventId"], created.EventId));
        Assert.Equal(("TaskManagement.Audit", LogLevel.Information), (line.Category, line.Level));
        var json = JsonDocument.Parse(line.Text).RootElement;
        Assert.Equal(
            ("task.created", "task", created.StreamId, "user:ann", "conversation", 1L),
            (json.GetProperty("action").GetString(), json.GetProperty("resourceType").GetString(), json.GetProperty("resourceId").GetGuid(),
                json.GetProperty("actor").GetString(), json.GetProperty("correlationId").GetString(), json.GetProperty("sequence").GetInt64()));
        Assert.Equal("task.created", line.Fields["action"]);
        Assert.DoesNotContain("canary", line.Text, StringComparison.Ordinal);
        Assert.Contains(_log.Named("audit"), entry => Equals(entry.Fields["action"], "command.failed"));
    }

    private static AlertRaised Read(EventRecord record) => JsonSerializer.Deserialize<AlertRaised>(record.Payload, AppJson.Options)!;

    private static Task RecordDeadLetterAsync(TestHost host, string subscription) => host.InUnitOfWorkAsync(services =>
        services.GetRequiredService<IFacts>().RecordOfSubscriptionAsync(
            subscription, new SubscriptionEventDeadLettered(subscription, Guid.CreateVersion7(), "task.created", "task", Guid.CreateVersion7(), 1, "No."), default));

    private static async Task<List<(string Source, long Count)>> CountsAsync(TestHost host) =>
        [.. (await host.SendAsync(new ListAlerts())).Items.Select(alert => (alert.Source, alert.Count))];

    /// <summary>The alerts raised, once there are so many.</summary>
    private static async Task<List<EventRecord>> AlertsAsync(TestHost host, int count)
    {
        List<EventRecord> alerts = [];
        await EventuallyAsync(async () => (alerts = [.. (await host.EventsAsync()).Where(record => record.Type == "alert.raised")]).Count >= count);
        return alerts;
    }

    private async Task<TestHost> StartDeliveringAsync(Action<IServiceCollection>? configure = null, Type? extension = null)
    {
        var host = await StartAsync(
            services =>
            {
                services.AddSingleton<TimeProvider>(_clock).AddSingleton<ILoggerProvider>(_log);
                configure?.Invoke(services);
            },
            Quick,
            extension is null ? [] : [new AssemblyOf(extension)]);
        await host.StartDeliveryAsync();
        return host;
    }

    [EventType("backup.failed", 1)]
    private sealed record BackupFailed(string Medium) : DomainEvent, IFailure
    {
        string IFailure.Source => $"backup:{Medium}";

        string IFailure.Code => "failed";

        string IFailure.Summary => $"The backup on {Medium} failed.";

        bool IFailure.IsExpected => false;
    }
}

public sealed class RaisingAlertsOnSqlite() : RaisingAlerts(DatabaseKind.Sqlite);

public sealed class RaisingAlertsOnPostgreSql() : RaisingAlerts(DatabaseKind.PostgreSql);

public sealed class RaisingAlertsOnSqlServer() : RaisingAlerts(DatabaseKind.SqlServer);

using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Messaging.Webhooks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What webhooks do with the database.</summary>
internal static class WebhookScenarios
{
    // Nobody listens there, and nobody is asked for a name.
    private const string Url = "https://192.0.2.1/hook";
    private static readonly Guid Id = new("00000002-0000-0000-0000-000000000001");
    private static readonly WebhookId Webhook = new(Id);
    private static readonly string Subscription = WebhookSubscription.NameOf(Webhook);

    private static CannedRows Given => new CannedRows()
        .With("webhooks", "event_types", "*")
        .With("webhooks", "is_active", true)
        .With("webhook_endpoints", "secret", "whsec_" + Convert.ToBase64String(new byte[32]))
        .With("webhook_endpoints", "url", Url)
        .With("webhook_calls", "position", 1L)
        .With("event_log", "position", 1L)
        .With("event_cursors", "subscription", Subscription)
        .With("parked_events", "subscription", Subscription)
        .NoneMatches("event_cursors");

    private static CannedRows Inactive => Given.With("webhooks", "is_active", false).With("webhooks", "disabled_reason", "failing");

    public static IEnumerable<Scenario> All() => [.. Using(), .. Calling()];

    private static IEnumerable<Scenario> Using()
    {
        yield return Command("create", new CreateWebhook("https://1.1.1.1/hook", ["task.*"]), Given);
        yield return Query("one", new GetWebhook(Webhook), Given);
        yield return Query("all", new ListWebhooks(1), Given.Rows("webhooks", 2));
        yield return Command("change", new ChangeWebhook(Webhook, null, new()
        {
            Url = new("https://1.1.1.1/other"),
            EventTypes = new(["project.*"]),
            Description = new("For the wall."),
        }), Given);
        yield return Steer("switch off", new ChangeWebhook(Webhook, null, new() { Active = new(false) }), Given);
        yield return Steer("switch on", new ChangeWebhook(Webhook, null, new() { Active = new(true) }), Inactive.With("event_cursors", "paused_at", CannedRows.Time));
        yield return Steer("gone", new DisableWebhook(Webhook, DisabledReason.Gone, "410"), Given);
        yield return Steer("delete", new DeleteWebhook(Webhook), Given);
        yield return Command("rotate", new RotateWebhookSecret(Webhook), Given);
        yield return Query("test", new TestWebhook(Webhook), Given);
        yield return Query("all", new ListWebhookDeliveries(new(Webhook), 1), Given.Rows("webhook_calls", 2));
        yield return Query("of an event, that failed", new ListWebhookDeliveries(new(Webhook, Succeeded: false, Event: Id), 1), Given.Rows("webhook_calls", 2));
        yield return Steer("a parked event", new RedeliverToWebhook(Webhook, Id), Given);
        yield return Command("a delivered event", new RedeliverToWebhook(Webhook, Id), Given.Rows("parked_events", 0)) with { WritesInSteps = true };
        yield return Command("a range", new ReplayToWebhook(Webhook, new("1"), new("6")), Given) with { WritesInSteps = true };
    }

    private static IEnumerable<Scenario> Calling()
    {
        yield return new("Find the webhooks", services => services.GetRequiredService<SubscriptionCatalog>().RefreshAsync(default), Given);
        yield return new("Call a webhook", CallAsync, Given);
        yield return new("Delete old records of calls", services => services.GetRequiredService<WebhookCallCleanup>().CleanAsync(default), Given);
    }

    private static async Task CallAsync(IServiceProvider services)
    {
        var log = services.GetRequiredService<LogReader>();
        services.GetRequiredService<EventSignals>().Advance(1);
        var logged = (await log.FindAsync([1], default)).Single().Logged;
        var failed = await services.GetRequiredService<DeliverToWebhook>().HandleAsync(
            [new Committed<IDomainEvent>(null!, logged, new(Subscription, 1, IsReplay: false))], default);
        Assert.Single(failed);
        await services.GetRequiredService<TaskManagementDbContext>().SaveChangesAsync();
    }

    private static Scenario Steer(string name, object request, CannedRows given) => Command(name, request, given) with { WritesInSteps = true };

    private static Scenario Command(string name, object request, CannedRows given) => Query(name, request, given) with { AppendsEvents = true };

    private static Scenario Query(string name, object request, CannedRows given) => new(
        $"{request.GetType().Name}: {name}",
        async services =>
        {
            var sender = services.GetRequiredService<ISender>();
            object? next = (request, await sender.Send(request)) switch
            {
                (ListWebhooks list, Page<WebhookDto> page) => list with { Cursor = page.NextCursor },
                (ListWebhookDeliveries list, Page<WebhookDeliveryDto> page) => list with { Cursor = page.NextCursor },
                _ => null,
            };
            if (next is not null)
                await sender.Send(next);
        },
        given,
        request);
}

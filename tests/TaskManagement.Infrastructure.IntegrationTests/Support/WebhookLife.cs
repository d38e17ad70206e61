using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Webhooks;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Support;

/// <summary>Webhooks to which everything happens that may.</summary>
internal static class WebhookLife
{
    /// <summary>Leaves one webhook that is switched off, and one that is deleted: every event of webhooks is in the log.</summary>
    public static async Task LiveAsWebhooksAsync(this TestHost host)
    {
        var id = await CreateAsync(host);
        await host.SendAsync(new ChangeWebhook(id, null, new() { Url = new("https://93.184.215.14/other"), EventTypes = new(["project.*", "task.created"]), Description = new("For the wall.") }));
        await host.SendAsync(new RotateWebhookSecret(id, OverlapHours: 1.5));
        await host.SendAsync(new ChangeWebhook(id, null, new() { Active = new(false), Description = new(null) }));
        await host.SendAsync(new ChangeWebhook(id, null, new() { Active = new(true) }));
        await host.SendAsync(new DisableWebhook(id, DisabledReason.Failing, "No call has succeeded."));
        await host.SendAsync(new DeleteWebhook(await CreateAsync(host)));
    }

    private static async Task<WebhookId> CreateAsync(TestHost host) =>
        new((await host.SendAsync(new CreateWebhook("https://93.184.215.14/hook", ["task.*"], Description: "For all."))).Id);
}

using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.Webhooks;

/// <summary>The URL of a webhook is admitted before its transaction begins.</summary>
public abstract class AdmittingWebhooks(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task While_a_name_is_looked_up_others_write()
    {
        Func<Task> meanwhile = () => Task.CompletedTask;
        await using var host = await StartAsync(services => services.Decorate<IWebhookAddresses>(addresses => new SlowNames(addresses, () => meanwhile())));
        var created = new List<Guid>();
        meanwhile = async () => created.Add((await host.CreateTaskAsync("Meanwhile").WaitAsync(TimeSpan.FromSeconds(20))).Value);

        var webhook = await host.SendAsync(new CreateWebhook("https://93.184.215.14/", ["*"]));
        await host.SendAsync(new ChangeWebhook(new(webhook.Id), null, new() { Url = new("https://93.184.215.14/other") }));

        Assert.Equal(2, created.Count);
        Assert.Equal("https://93.184.215.14/other", (await host.SendAsync(new GetWebhook(new(webhook.Id)))).Url);
    }

    private sealed class SlowNames(IWebhookAddresses addresses, Func<Task> meanwhile) : IWebhookAddresses
    {
        public async Task<ValueError?> CheckAsync(WebhookUrl url, CancellationToken cancellationToken)
        {
            await meanwhile();
            return await addresses.CheckAsync(url, cancellationToken);
        }
    }
}

public sealed class AdmittingWebhooksOnSqlite() : AdmittingWebhooks(DatabaseKind.Sqlite);

public sealed class AdmittingWebhooksOnPostgreSql() : AdmittingWebhooks(DatabaseKind.PostgreSql);

public sealed class AdmittingWebhooksOnSqlServer() : AdmittingWebhooks(DatabaseKind.SqlServer);

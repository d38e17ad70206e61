using System.Collections.Concurrent;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>
/// Calls webhooks about events, as they were recorded. Each webhook has a subscription of its own, so none waits for another. Calls about different
/// tasks are made side by side, those about one task one after the other: behind one that fails its later ones wait.
/// </summary>
internal sealed class DeliverToWebhook(
    TaskManagementDbContext db,
    Visibility visibility,
    WebhookSender sender,
    ISender commands,
    TimeProvider clock,
    IOptions<WebhooksOptions> options,
    CloudEventJson json) : IBatchHandler
{
    public async Task<IReadOnlyList<FailedEvent>> HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken)
    {
        if (!WebhookSubscription.TryParse(batch[0].Delivery.Subscription, out var id) || await FindAsync(id, cancellationToken) is not var (endpoint, owner))
            return [];
        var seen = await SeenAsync(batch, owner, cancellationToken);
        if (seen.Count == 0)
            return [];
        var calls = await CallAsync(endpoint, seen, cancellationToken);
        db.WebhookCalls.AddRange(calls.Select(made => made.Call));
        await HeedAsync(endpoint, calls, cancellationToken);
        return
        [
            .. from made in calls
               where made.Call.Error is not null
               select new FailedEvent(
                   made.Call.EventId,
                   made.Wait is { } wait ? new RetryAfterException(made.Call.Error!, wait) : new WebhookCallException(made.Call.Error!)),
        ];
    }

    private async Task<(WebhookEndpoint Endpoint, ActorId Owner)?> FindAsync(WebhookId id, CancellationToken cancellationToken)
    {
        var found = await db.WebhookEndpoints
            .Join(db.Webhooks, endpoint => endpoint.Id, webhook => webhook.Id, (endpoint, webhook) => new { endpoint, webhook.IsActive, webhook.CreatedBy })
            .SingleOrDefaultAsync(row => row.endpoint.Id == id, cancellationToken);
        // Other nodes hear a little later that it was switched off; replays do not hear of it at all.
        if (found is { IsActive: false })
            throw new UnavailableException("The webhook is switched off.");
        return found is null ? null : (found.endpoint, found.CreatedBy);
    }

    /// <summary>Those events that the person who made the webhook may see now, none if the account is disabled or deleted; all if a program made it.</summary>
    private async Task<IReadOnlyList<Committed<IDomainEvent>>> SeenAsync(
        IReadOnlyList<Committed<IDomainEvent>> batch, ActorId owner, CancellationToken cancellationToken)
    {
        var viewer = Viewer.OfOwner(owner);
        if (viewer.SeesEverything)
            return batch;
        if (viewer.Person is { Value: var person } && await db.Accounts.AnyAsync(account => account.Id == person && account.IsDisabled, cancellationToken))
            return [];
        var seen = (await visibility.SeenAsync([.. batch.Select(committed => committed.Logged)], viewer, cancellationToken)).Select(logged => logged.EventId).ToHashSet();
        return [.. batch.Where(committed => seen.Contains(committed.Logged.EventId))];
    }

    private async Task<IReadOnlyCollection<Made>> CallAsync(
        WebhookEndpoint endpoint, IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken)
    {
        var made = new ConcurrentBag<Made>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(batch.GroupBy(committed => committed.Logged.StreamId), parallel, async (lane, token) =>
        {
            foreach (var committed in lane)
            {
                var call = new WebhookCall
                {
                    Id = Guid.CreateVersion7(),
                    WebhookId = endpoint.Id,
                    EventId = committed.Logged.EventId,
                    EventType = committed.Logged.Type,
                    Subject = committed.Logged.StreamId,
                    Position = committed.Logged.Position,
                    Attempt = committed.Delivery.Attempt,
                    At = clock.GetUtcNow(),
                };
                var wait = await sender.SendAsync(call, endpoint, json.Of(committed.Logged), token);
                made.Add(new(call, wait));
                if (call.Error is not null)
                    return;
            }
        });
        return made;
    }

    /// <summary>Switches the webhook off if its receiver is gone, or has been failing for too long.</summary>
    private async Task HeedAsync(WebhookEndpoint endpoint, IReadOnlyCollection<Made> calls, CancellationToken cancellationToken)
    {
        if (calls.FirstOrDefault(made => made.Call.ResponseStatus == 410) is { } gone)
        {
            await commands.Send(new DisableWebhook(endpoint.Id, DisabledReason.Gone, gone.Call.Error!), cancellationToken);
            return;
        }

        if (calls.Any(made => made.Call.Error is null))
        {
            endpoint.Works();
            return;
        }

        var last = calls.MaxBy(made => made.Call.At)!.Call;
        if (endpoint.Fails(last.At) >= TimeSpan.FromHours(options.Value.DisableAfterHours))
        {
            await commands.Send(
                new DisableWebhook(endpoint.Id, DisabledReason.Failing, $"No call has succeeded since {endpoint.FailingSince:yyyy-MM-dd'T'HH:mm:ss'Z'}. The last: {last.Error}"),
                cancellationToken);
        }
    }

    private sealed record Made(WebhookCall Call, TimeSpan? Wait);
}

/// <summary>A call failed, and the record of the call says how.</summary>
internal sealed class WebhookCallException(string message) : Exception(message);

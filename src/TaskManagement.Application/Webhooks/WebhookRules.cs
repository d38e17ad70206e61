using FluentValidation;
using FluentValidation.Results;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

internal static class WebhookRules
{
    /// <summary>There must be some types of events, each once, and all of them known.</summary>
    public static void AreWebhookEventTypes<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule, IEventTypeNames types) =>
        rule.Custom((given, context) => Check(given, types, context));

    /// <summary>If the patch has types of events, there must be some, each once, and all of them known.</summary>
    public static void AreWebhookEventTypes<T>(this IRuleBuilder<T, Optional<IReadOnlyList<string>>> rule, IEventTypeNames types) =>
        rule.Custom((given, context) =>
        {
            if (given.IsPresent)
                Check(given.Value, types, context);
        });

    /// <summary>It must be the URL of a receiver that may be called.</summary>
    public static void IsWebhookUrl<T>(this IRuleBuilder<T, string?> rule, IWebhookAddresses addresses) => rule.PassesAsync(addresses.CheckAsync);

    /// <summary>If the patch has a URL, it must be that of a receiver that may be called.</summary>
    public static void IsWebhookUrl<T>(this IRuleBuilder<T, Optional<string>> rule, IWebhookAddresses addresses) =>
        rule.PassesAsync((given, cancellationToken) => given.IsPresent ? addresses.CheckAsync(given.Value, cancellationToken) : Task.FromResult<ValueError?>(null));

    private static async Task<ValueError?> CheckAsync(this IWebhookAddresses addresses, string? url, CancellationToken cancellationToken) =>
        WebhookUrl.Check(url) ?? await addresses.CheckAsync(WebhookUrl.From(url), cancellationToken);

    private static void Check<T>(IReadOnlyList<string>? given, IEventTypeNames types, ValidationContext<T> context)
    {
        if (given is null or { Count: 0 } or { Count: > Webhook.MaxEventTypes })
        {
            Fail("event_types.out_of_range", $"There must be 1 to {Webhook.MaxEventTypes} types of events; * is all of them.", context.PropertyPath);
            return;
        }

        for (var i = 0; i < given.Count; i++)
        {
            var path = $"{context.PropertyPath}[{i}]";
            if (EventTypePattern.Parse(given[i]) is not { } pattern)
                Fail("type.malformed", "An event type is written like task.completed, taskmanagement.task.completed.v1, task.* or *.", path);
            else if (!types.IsKnown(pattern))
                Fail("type.unknown", "There is no event type of this name.", path);
            else if (given.Take(i).Contains(given[i], StringComparer.Ordinal))
                Fail("type.repeated", "This type is there already.", path);
        }

        void Fail(string code, string message, string path) => context.AddFailure(new ValidationFailure(path, message) { ErrorCode = code });
    }
}

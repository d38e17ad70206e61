using FluentValidation;
using FluentValidation.Results;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
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

    /// <summary>A URL that may be called.</summary>
    /// <exception cref="InvalidRequestException">It may not.</exception>
    public static async Task<WebhookUrl> AdmitAsync(this IWebhookCalls calls, string url, CancellationToken cancellationToken)
    {
        var admitted = WebhookUrl.From(url);
        return await calls.CheckAsync(admitted, cancellationToken) is { } refused
            ? throw new InvalidRequestException(RequestError.At("/url", refused))
            : admitted;
    }

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

using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Infrastructure.Messaging;

/// <summary>Events as CloudEvents in JSON, in UTF-8 on one line. Each is made once, however many it is sent to, and goes with the event it was made of.</summary>
/// <param name="options">Say what this installation calls itself.</param>
public sealed class CloudEventJson(IOptions<EventsOptions> options)
{
    private readonly ConditionalWeakTable<LoggedEvent, byte[]> _made = [];

    /// <summary>The JSON of an event.</summary>
    public ReadOnlyMemory<byte> Of(LoggedEvent logged) =>
        _made.GetValue(logged, made => JsonSerializer.SerializeToUtf8Bytes(CloudEvent.From(made, options.Value.Source), AppJson.Options));
}

using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Application.Incoming;

/// <summary>The ids under which CloudEvents from outside are in the log. They follow from what each states, so nothing has to be looked up to know them.</summary>
public static class CloudEventIds
{
    /// <summary>The id of the event: the same whenever its source sends it, and one of a kind in the log, so that it is taken in once and never again.</summary>
    public static Guid OfEvent(IncomingCloudEvent cloudEvent) => NamedIds.Of("cloud_event.id", Join(cloudEvent.Source, cloudEvent.Id));

    /// <summary>The stream of the event: what one source tells of one subject is one stream, in the order in which it came.</summary>
    public static Guid OfStream(IncomingCloudEvent cloudEvent) => FactStreams.IdOf(FactStreams.CloudEvent, Join(cloudEvent.Source, cloudEvent.Subject));

    // Neither may have a line break, and a subject is never empty: no two pairs are joined alike.
    private static string Join(string source, string? name) => $"{source}\n{name}";
}

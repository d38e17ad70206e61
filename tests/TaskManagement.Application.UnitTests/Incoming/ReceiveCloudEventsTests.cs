using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Application.UnitTests.Incoming;

public sealed class ReceiveCloudEventsTests
{
    private readonly CommandScope _scope = new();
    private readonly Dictionary<Guid, int> _log = [];
    private readonly List<(string StreamType, Guid StreamId, DomainEvent Fact)> _recorded = [];

    [Fact]
    public async Task New_events_are_recorded_under_ids_that_follow_from_them()
    {
        var answer = await Receive(Event("4711"), Event("4711", subject: null), Event("4712"));

        Assert.Equal([ReceptionResult.Received, ReceptionResult.Duplicate, ReceptionResult.Received], answer.Items.Select(item => item.Result));
        Assert.Equal(["4711", "4712"], _recorded.Select(recorded => ((IncomingCloudEvent)recorded.Fact).Id));
        Assert.All(_recorded, recorded => Assert.Equal("cloud_event", recorded.StreamType));
    }

    // What is in the logs out there has these ids: with others, what was received would be received once more.
    [Fact]
    public async Task The_ids_are_for_good()
    {
        await Receive(Event("4711"));

        Assert.Equal(new("2a6905d2-4810-8ba6-b788-c7a4d75343be"), _recorded[0].Fact.EventId);
        Assert.Equal(new("0d23f6dc-5031-8e0f-81ee-12e11bbb2916"), _recorded[0].StreamId);
        Assert.Equal(new("956e566a-479c-801f-844f-0effc4434d89"), CloudEventIds.OfStream(Event("4711", subject: null)));
    }

    [Fact]
    public async Task What_is_in_the_log_is_a_duplicate()
    {
        _log.Add(CloudEventIds.OfEvent(Event("4711")), 0);

        Assert.Equal([ReceptionResult.Duplicate], (await Receive(Event("4711"))).Items.Select(item => item.Result));

        Assert.Empty(_recorded);
    }

    [Fact]
    public async Task An_event_of_this_log_that_comes_back_goes_on_where_it_stood()
    {
        var (own, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        _log.Add(own, 4);

        await Receive(Event($"{other}"), Event("4711"));
        Assert.Equal(0, _scope.CausationDepth);

        await Receive(Event("4712"), Event($"{own}"));
        Assert.Equal(5, _scope.CausationDepth);
    }

    private static IncomingCloudEvent Event(string id, string? subject = "main") =>
        new(id, "https://ci.example.com/shop", "com.example.build.failed", subject, null, null, null, new Dictionary<string, string>(StringComparer.Ordinal), null, null);

    private async Task<ReceivedCloudEventsDto> Receive(params IncomingCloudEvent[] events)
    {
        var (log, facts) = (new Mock<IEventLog>(MockBehavior.Strict), new Mock<IFacts>(MockBehavior.Strict));
        log.Setup(known => known.FindDepthsAsync(It.IsAny<IReadOnlyCollection<Guid>>(), Ports.Token))
            .ReturnsAsync((IReadOnlyCollection<Guid> ids, CancellationToken _) => _log.Where(known => ids.Contains(known.Key)).ToDictionary());
        facts.Setup(recorder => recorder.RecordAsync(It.IsAny<string>(), It.IsAny<Guid>(), It.IsAny<DomainEvent>(), Ports.Token))
            .Callback((string streamType, Guid streamId, DomainEvent fact, CancellationToken _) => _recorded.Add((streamType, streamId, fact)))
            .Returns(Task.CompletedTask);
        return (await new ReceiveCloudEventsHandler(log.Object, facts.Object, _scope).Handle(new(events), Ports.Token)).Value;
    }
}

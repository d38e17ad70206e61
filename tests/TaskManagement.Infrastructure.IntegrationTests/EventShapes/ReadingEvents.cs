using System.Text.Json.Nodes;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;

namespace TaskManagement.Infrastructure.IntegrationTests.EventShapes;

public sealed class ReadingEvents
{
    private const string Id = "0198f5e2-9b40-7c15-8e2d-6a1f4d7c3e05";
    private const string Newest = $$$"""{"taskId":"{{{Id}}}","minutes":{"before":30,"after":null},"people":["Ann"],"note":"Twice."}""";

    private static readonly EventTypes Types =
        new([new AssemblyOf(typeof(SampleMeasured), typeof(SampleMeasuredV1), typeof(SampleMeasuredV2))]);

    [Fact]
    public void An_event_is_what_was_logged_with_its_id_and_its_time()
    {
        var read = Types.Deserialize(Logged.Of("sample.measured", 3, Newest));

        Assert.Equivalent(
            new SampleMeasured(new(new(Id)), new(30, null), ["Ann"], "Twice.") { EventId = Logged.EventId, OccurredAt = Logged.OccurredAt },
            read,
            strict: true);
    }

    [Theory]
    [InlineData(1, $$"""{"taskId":"{{Id}}","hours":"2","person":"Ann"}""")]
    [InlineData(2, $$$"""{"taskId":"{{{Id}}}","minutes":{"before":null,"after":120},"person":"Ann"}""")]
    public void An_older_version_is_brought_to_the_newest_step_by_step(int version, string payload)
    {
        var read = Types.Deserialize(Logged.Of("sample.measured", version, payload));

        Assert.Equivalent(
            new SampleMeasured(new(new(Id)), new(null, 120), ["Ann"], null) { EventId = Logged.EventId, OccurredAt = Logged.OccurredAt },
            read,
            strict: true);
    }

    [Theory]
    [InlineData("sample.lost", 1, Newest, "sample.lost is of no event known to this version of the service.")]
    [InlineData("sample.measured", 4, Newest, "sample.measured version 4 is newer than version 3, which this node knows.")]
    [InlineData("sample.measured", 0, Newest, "sample.measured version 0 never was")]
    [InlineData("sample.measured", 3, "", "The payload of sample.measured version 3 is not of that shape")]
    [InlineData("sample.measured", 3, "null", "is not of that shape: It is null.")]
    [InlineData("sample.measured", 3, "[]", "Path: $")]
    [InlineData("sample.measured", 3, "{}", "missing required properties")]
    [InlineData("sample.measured", 3, """{"taskId":7,"minutes":{"before":null,"after":null},"people":[],"note":null}""", "$.taskId: An id is a UUID")]
    [InlineData("sample.measured", 3, $$$"""{"taskId":"{{{Id}}}","minutes":null,"people":[],"note":null}""", "minutes")]
    [InlineData("sample.measured", 3, $$$"""{"taskId":"{{{Id}}}","minutes":{"before":null,"after":null},"people":[],"note":null,"more":1}""", "more")]
    [InlineData("sample.measured", 3, $$$"""{"taskId":"{{{Id}}}","minutes":{"before":null,"after":null},"people":[],"people":[],"note":null}""", "people")]
    [InlineData("sample.measured", 2, "{", "The payload of sample.measured version 2 is not of that shape")]
    [InlineData("sample.measured", 2, "[]", "It is no object.")]
    [InlineData("sample.measured", 2, """{"taskId":null,"taskId":null}""", "The payload of sample.measured version 2 is not of that shape")]
    [InlineData("sample.measured", 2, "{}", "sample.measured version 2 became something else than version 3")]
    [InlineData("sample.measured", 1, """{"hours":null}""", "can't be brought from version 1 to the next: SampleMeasuredV1 failed with NullReferenceException")]
    public void What_can_not_be_read_says_which_event_and_why(string type, int version, string payload, string why)
    {
        var unreadable = Assert.Throws<UnreadableEventException>(() => Types.Deserialize(Logged.Of(type, version, payload)));

        Assert.Contains(why, unreadable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_value_object_refuses_can_not_be_read()
    {
        var types = new EventTypes([new AssemblyOf(typeof(TaskRescheduled))]);

        var unreadable = Assert.Throws<UnreadableEventException>(() => types.Deserialize(Logged.Of(
            "task.rescheduled", 1, $$$"""{"taskId":"{{{Id}}}","before":null,"after":{"dateTime":"2026-12-01T17:00:00","timeZone":"Mars/Olympus"}}""")));

        Assert.Contains("time zone", unreadable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_read_again_is_not_written() =>
        Assert.ThrowsAny<Exception>(() => EventTypes.Serialize(new TaskReopened(TaskId.New(), null!)));

    [Theory]
    [InlineData(typeof(SampleMeasuredV1), "sample.measured has version 3 and no IUpcaster from version 2")]
    [InlineData(typeof(SampleMeasuredV2), "sample.measured has version 3 and no IUpcaster from version 1")]
    [InlineData(null, "sample.measured has version 3 and no IUpcaster from version 1")]
    [InlineData(typeof(Again), "both upcast sample.measured from version 1")]
    [InlineData(typeof(Beyond), "Beyond upcasts sample.measured from version 3, and its class is of version 3")]
    [InlineData(typeof(OfNothing), "OfNothing upcasts sample.nothing, and there is no such event")]
    [InlineData(typeof(Needy), "Needy is an upcaster and has no constructor without parameters")]
    public void Upcasters_that_do_not_make_a_chain_stop_the_start(Type? only, string why)
    {
        Type[] upcasters = only is null || only.DeclaringType is null ? [] : [typeof(SampleMeasuredV1), typeof(SampleMeasuredV2)];

        var error = Assert.Throws<InvalidOperationException>(
            () => new EventTypes([new AssemblyOf([typeof(SampleMeasured), .. upcasters, .. only is null ? Type.EmptyTypes : [only]])]));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private abstract class Upcaster(string eventType, int fromVersion) : IUpcaster
    {
        public string EventType => eventType;

        public int FromVersion => fromVersion;

        public JsonObject Upcast(JsonObject payload) => payload;
    }

    private sealed class Again() : Upcaster("sample.measured", 1);

    private sealed class Beyond() : Upcaster("sample.measured", 3);

    private sealed class OfNothing() : Upcaster("sample.nothing", 1);

    private sealed class Needy(string eventType) : Upcaster(eventType, 1);
}

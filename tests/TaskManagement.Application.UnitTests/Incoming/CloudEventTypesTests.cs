using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.UnitTests.Incoming;

public sealed class CloudEventTypesTests
{
    [Theory]
    [InlineData("com.example.build.failed", true)]
    [InlineData("com.example.build.", true)]
    [InlineData("com.example.build", false)]
    [InlineData("com.example.builds.failed", false)]
    [InlineData("COM.example.build.failed", false)]
    [InlineData("com.example.deploy", true)]
    [InlineData("com.example.deployed", false)]
    public void A_handler_takes_the_types_that_it_names_and_those_that_begin_so(string type, bool isTaken) =>
        Assert.Equal(isTaken, CloudEventTypesAttribute.Takes(typeof(Choosy), Event(type)));

    [Fact]
    public void A_handler_that_says_nothing_takes_all()
    {
        Assert.True(CloudEventTypesAttribute.Takes(typeof(CloudEventTypesTests), Event("com.example.any")));
        Assert.Null(CloudEventTypesAttribute.Of(typeof(CloudEventTypesTests)));
    }

    [Fact]
    public void Other_events_are_not_chosen_among() =>
        Assert.True(CloudEventTypesAttribute.Takes(typeof(Choosy), new TaskRestored(TaskId.New(), "Task")));

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("com.*.failed")]
    [InlineData("a", "**")]
    public void What_can_be_no_type_is_refused(params string[] patterns) => Assert.Throws<ArgumentException>(() => new CloudEventTypesAttribute(patterns));

    private static IncomingCloudEvent Event(string type) =>
        new("1", "/ci", type, null, null, null, null, new Dictionary<string, string>(StringComparer.Ordinal), null, null);

    [CloudEventTypes("com.example.build.*", "com.example.deploy")]
    private sealed class Choosy;
}

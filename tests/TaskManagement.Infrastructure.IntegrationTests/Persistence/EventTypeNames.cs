using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;

namespace TaskManagement.Infrastructure.IntegrationTests.Persistence;

public sealed class EventTypeNames
{
    [Theory]
    [InlineData(typeof(Nameless), "has no [EventType(name, version)]")]
    [InlineData(typeof(OneWord), "must be like task.completed")]
    [InlineData(typeof(Capital), "must be like task.completed")]
    [InlineData(typeof(VersionZero), "must be like task.completed")]
    public void An_event_without_a_proper_name_stops_the_start(Type type, string message)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new EventTypes([new AssemblyOf(type)]));

        Assert.Contains(type.Name, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_events_of_one_name_stop_the_start()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new EventTypes([new AssemblyOf(typeof(First)), new AssemblyOf(typeof(Second))]));

        Assert.Contains("have the same event type 'test.same'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_version_is_no_class_of_its_own()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new EventTypes([new AssemblyOf(typeof(First), typeof(Later))]));

        Assert.Contains("older ones are read by an IUpcaster", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_is_no_DomainEvent_stops_the_start()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new EventTypes([new AssemblyOf(typeof(Alien))]));

        Assert.Contains("does not derive from DomainEvent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_of_an_assembly_that_was_not_registered_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new EventTypes([]).Of(new TaskReopened(TaskId.New(), "Task")));

        Assert.Contains("its assembly was not registered with AddApplication and AddInfrastructure", error.Message, StringComparison.Ordinal);
    }

    private sealed record Nameless : DomainEvent;

    [EventType("word", 1)]
    private sealed record OneWord : DomainEvent;

    [EventType("test.Capital", 1)]
    private sealed record Capital : DomainEvent;

    [EventType("test.zero", 0)]
    private sealed record VersionZero : DomainEvent;

    [EventType("test.same", 1)]
    private sealed record First : DomainEvent;

    [EventType("test.same", 1)]
    private sealed record Second : DomainEvent;

    [EventType("test.same", 2)]
    private sealed record Later : DomainEvent;

    [EventType("test.alien", 1)]
    private sealed record Alien(Guid EventId, DateTimeOffset OccurredAt) : IDomainEvent;
}

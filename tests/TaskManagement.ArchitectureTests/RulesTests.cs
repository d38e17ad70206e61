using System.Reflection;
using TaskManagement.ArchitectureTests.Samples;
using TaskManagement.ArchitectureTests.Samples.Events;
using TaskManagement.ArchitectureTests.Samples.Reactions;

namespace TaskManagement.ArchitectureTests;

/// <summary>Each rule finds what it is there to find, and nothing else.</summary>
public sealed class RulesTests
{
    private static readonly Assembly Here = typeof(RulesTests).Assembly;

    [Fact]
    public void An_outward_reference_is_found()
    {
        Assert.Equal(["TaskManagement.Application refers to TaskManagement.Domain."], Rules.OutwardReferences(Rooms.Application));
        Assert.Contains("TaskManagement.Infrastructure refers to TaskManagement.Application.", Rules.OutwardReferences(Rooms.Infrastructure, Rooms.Domain));
        Assert.Contains("TaskManagement.Application refers to MediatR.", Rules.ReferencesBeyondTheBaseClassLibraryAnd(Rooms.Application, "MediatR.Contracts"));
        Assert.Contains("TaskManagement.Domain refers to MediatR.Contracts.", Rules.ReferencesBeyondTheBaseClassLibraryAnd(Rooms.Domain));
        Assert.NotEmpty(Rules.ReferencesTo(Rooms.Infrastructure, "Microsoft.EntityFrameworkCore.Relational"));
        Assert.NotEmpty(Rules.ReferencesTo(Rooms.Infrastructure, "Npgsql"));
        Assert.NotEmpty(Rules.ReferencesTo(Here, "Microsoft.AspNetCore"));
    }

    [Fact]
    public void A_mention_in_a_method_body_is_found()
    {
        Assert.Contains("TaskManagement.ArchitectureTests mentions Microsoft.EntityFrameworkCore.DbContext.", Rules.Mentions(Here, HouseTests.IsDbContext));
        Assert.Contains("TaskManagement.ArchitectureTests mentions Microsoft.AspNetCore.Http.HttpContext.", Rules.Mentions(Here, HouseTests.IsOfAspNetCore));
        Assert.NotEmpty(Rules.Mentions(Rooms.Infrastructure, HouseTests.IsDbContext));
    }

    [Theory]
    [InlineData(typeof(TaskUnsealed), "not a sealed record")]
    [InlineData(typeof(TaskClassed), "not a sealed record", "does not derive from DomainEvent")]
    [InlineData(typeof(TaskSettled), "not in a namespace that ends with .Events")]
    [InlineData(typeof(TaskPraised))]
    public void An_event_of_the_wrong_kind_is_found(Type type, params string[] faults) => Found(Rules.EventsOfTheWrongKind([type]), type, faults);

    [Theory]
    [InlineData(typeof(TaskSetted), "can be changed: TaskSetted.Title")]
    [InlineData(typeof(TaskNoted), "can be changed: Note.Text")]
    [InlineData(typeof(TaskListed), "holds a collection that can be changed: TaskListed.Names")]
    [InlineData(
        typeof(TaskArrayed),
        "holds a collection that can be changed: Change`1.Before",
        "holds a collection that can be changed: Change`1.After",
        "holds a collection that can be changed: TaskArrayed.Names")]
    [InlineData(typeof(TaskEntangled), "holds an aggregate: TaskEntangled.Projects")]
    [InlineData(typeof(TaskPraised))]
    public void A_mutable_event_is_found(Type type, params string[] faults) =>
        Found(Rules.MutableEvents([type]), type, faults);

    [Theory]
    [InlineData(typeof(TaskComplete), "not in the past tense")]
    [InlineData(typeof(TaskProceed), "not in the past tense")]
    [InlineData(typeof(TaskMisnamed), "event type task.finished, which does not match")]
    [InlineData(typeof(TaskStatusAltered), "event type task.StatusAltered, which does not match")]
    [InlineData(typeof(TaskUnnamed), "has no [EventType]")]
    [InlineData(typeof(NothingHappened), "event type nothing.done, which does not match")]
    [InlineData(typeof(TaskPraised))]
    public void A_wrongly_named_event_is_found(Type type, params string[] faults) => Found(Rules.WronglyNamedEvents([type], ["task", "project"]), type, faults);

    [Fact]
    public void Two_events_of_one_name_are_found() =>
        Assert.Single(Rules.WronglyNamedEvents([typeof(TaskPraised), typeof(Samples.Doubles.Events.TaskPraised)], ["task"]));

    [Fact]
    public void An_open_aggregate_is_found() => Found(
        Rules.OpenAggregates([typeof(OpenAggregate)]),
        typeof(OpenAggregate),
        "not sealed",
        "public constructor",
        "public setter of Title",
        "public field Field");

    [Fact]
    public void A_handler_in_the_wrong_room_is_found()
    {
        Found(Rules.MisplacedHandlers([typeof(RawRequestHandler)], Rooms.Application), typeof(RawRequestHandler), "outside TaskManagement.Application");
        Found(Rules.MisplacedHandlers([typeof(PublicValidator)], Here), typeof(PublicValidator), "not internal sealed");
        Assert.Empty(Rules.MisplacedHandlers([typeof(RawRequestHandler), typeof(PraiseWhoCompletedTask)], Here));
    }

    [Fact]
    public void A_reaction_of_the_wrong_name_or_place_is_found()
    {
        Found(
            Rules.ReactionsOfTheWrongName([typeof(TaskCompletedHandler)]),
            typeof(TaskCompletedHandler),
            "not in a namespace that ends with .Reactions",
            "not named by its effect");
        Found(Rules.ReactionsOfTheWrongName([typeof(PraiseHandler)]), typeof(PraiseHandler), "not named by its effect");
        Assert.Empty(Rules.ReactionsOfTheWrongName([typeof(PraiseWhoCompletedTask)]));
    }

    [Fact]
    public void An_incomplete_request_is_found()
    {
        Found(Rules.IncompleteRequests([typeof(LonelyRequest)]), typeof(LonelyRequest), "does not say who may send it", "not exactly one handler", "not exactly one validator");
        Found(
            Rules.IncompleteRequests([typeof(RawRequest), typeof(RawRequestHandler), typeof(RawRequestValidator), typeof(SecondRawRequestValidator)]),
            typeof(RawRequest),
            "neither a command nor a query nor a guarded request",
            "not exactly one validator");
        Found(
            Rules.IncompleteRequests([typeof(UnsealedQuery), typeof(UnsealedQueryHandler), typeof(UnsealedQueryValidator)]),
            typeof(UnsealedQuery),
            "not a sealed record");
        Found(
            Rules.IncompleteRequests([typeof(UncheckedCommand)]),
            typeof(UncheckedCommand),
            "about a thing that can be hidden",
            "not exactly one handler",
            "not exactly one validator");
    }

    [Fact]
    public void An_endpoint_in_the_wrong_room_is_found() => Found(
        Rules.MisplacedEndpoints([typeof(TaskEndpoints)], Rooms.Api),
        typeof(TaskEndpoints),
        "outside TaskManagement.Api",
        "in no folder of a feature",
        "not an internal sealed IEndpointGroup");

    [Fact]
    public void An_unsealed_public_class_is_found()
    {
        Found(Rules.UnsealedPublicClasses([typeof(UnsealedPublicClass)]), typeof(UnsealedPublicClass), "public and not sealed");
        Assert.Empty(Rules.UnsealedPublicClasses([typeof(UnsealedPublicClass)], typeof(UnsealedPublicClass)));
    }

    private static void Found(IEnumerable<string> violations, Type type, params string[] faults) => Assert.Collection(
        violations,
        [
            .. faults.Select(fault => (Action<string>)(violation =>
            {
                Assert.StartsWith(type.ToString(), violation, StringComparison.Ordinal);
                Assert.Contains(fault, violation, StringComparison.Ordinal);
            })),
        ]);
}

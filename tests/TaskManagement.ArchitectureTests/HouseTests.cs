using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.ArchitectureTests;

/// <summary>The house as it is keeps its rules.</summary>
public sealed class HouseTests
{
    private static readonly IReadOnlyList<Type> AllTypes = Rooms.Written(Rooms.All);

    [Fact]
    public void References_point_inwards()
    {
        Assert.Empty(Rules.OutwardReferences(Rooms.Domain));
        Assert.Empty(Rules.OutwardReferences(Rooms.Application, Rooms.Domain));
        Assert.Empty(Rules.OutwardReferences(Rooms.Infrastructure, Rooms.Application, Rooms.Domain));
        Assert.Empty(Rules.OutwardReferences(Rooms.Api, Rooms.Infrastructure, Rooms.Application, Rooms.Domain));
    }

    [Fact]
    public void The_domain_knows_the_base_class_library_and_the_contracts_of_MediatR_alone() =>
        Assert.Empty(Rules.ReferencesBeyondTheBaseClassLibraryAnd(Rooms.Domain, "MediatR.Contracts"));

    [Fact]
    public void The_application_knows_no_web_server_and_no_database()
    {
        Assert.Empty(Rules.ReferencesTo(
            Rooms.Application,
            "Microsoft.AspNetCore",
            "Microsoft.Data",
            "Microsoft.EntityFrameworkCore.Relational",
            "Microsoft.EntityFrameworkCore.Sqlite",
            "Microsoft.EntityFrameworkCore.SqlServer",
            "Npgsql",
            "System.Data"));
        Assert.Empty(Rules.Mentions(Rooms.Application, IsOfAspNetCore));
    }

    [Fact]
    public void Domain_and_application_never_mention_a_DbContext()
    {
        Assert.Empty(Rules.Mentions(Rooms.Domain, IsDbContext));
        Assert.Empty(Rules.Mentions(Rooms.Application, IsDbContext));
    }

    [Fact]
    public void Events_are_sealed_records_among_events() => Assert.Empty(Rules.EventsOfTheWrongKind(AllTypes));

    [Fact]
    public void Events_state_facts_that_no_one_can_change() => Assert.Empty(Rules.MutableEvents(AllTypes));

    [Fact]
    public void Events_have_stable_names_in_the_past_tense()
    {
        var streams = Rules.Streams(AllTypes);
        Assert.Equal(["project", "task", "team", "webhook"], streams.Order(StringComparer.Ordinal));
        Assert.Empty(Rules.WronglyNamedEvents(AllTypes, [.. streams, .. FactStreams.All], typeof(IncomingCloudEvent)));
    }

    [Fact]
    public void Aggregates_are_changed_by_their_own_methods_alone() => Assert.Empty(Rules.OpenAggregates(AllTypes));

    [Fact]
    public void Handlers_and_validators_live_in_the_application() => Assert.Empty(Rules.MisplacedHandlers(AllTypes, Rooms.Application));

    [Fact]
    public void Reactions_are_named_by_their_effect() => Assert.Empty(Rules.ReactionsOfTheWrongName(AllTypes));

    [Fact]
    public void Every_request_has_one_handler_and_one_validator() => Assert.Empty(Rules.IncompleteRequests(AllTypes));

    [Fact]
    public void Endpoints_live_in_the_api() => Assert.Empty(Rules.MisplacedEndpoints(AllTypes, Rooms.Api));

    [Fact]
    public void Public_classes_are_sealed() => Assert.Empty(Rules.UnsealedPublicClasses(
        AllTypes, typeof(AggregateRoot), typeof(DomainEvent), typeof(DomainException), typeof(TaskManagementDbContext)));

    internal static bool IsDbContext(string space, string name) =>
        space.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) && name.StartsWith("DbContext", StringComparison.Ordinal);

    internal static bool IsOfAspNetCore(string space, string name) =>
        name.Length > 0 && space.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);
}

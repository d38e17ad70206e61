using System.Text.Json.Nodes;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;

namespace TaskManagement.Infrastructure.IntegrationTests.EventShapes;

/// <summary>The book finds what it is there to find; a check that can't fail would prove nothing.</summary>
public sealed class ShapeBookTests : IDisposable
{
    private const string Shipping = "sample.shipped";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("event-shapes-");
    private readonly ShapeBook _book;

    public ShapeBookTests() => _book = new(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_shape_that_is_not_recorded_is_found_and_recorded_once()
    {
        Assert.Contains("has no sample.shipped.v1.json", Assert.Single(Faults(typeof(Shipped))), StringComparison.Ordinal);

        Record(typeof(Shipped));

        Assert.Empty(Faults(typeof(Shipped)));
    }

    [Theory]
    [InlineData(typeof(WithMember), "Is: weight: integer.")]
    [InlineData(typeof(WithoutMember), "Was: title?: text.")]
    [InlineData(typeof(WithMemberRenamed), "Was: title?: text. Is: name?: text.")]
    [InlineData(typeof(WithMemberRetyped), "Was: title?: text. Is: title?: integer.")]
    [InlineData(typeof(WithMemberNeverNull), "Was: title?: text. Is: title: text.")]
    [InlineData(typeof(WithInnerMemberNull), "Was: size.after: integer. Was: size.before: integer. Is: size.after?: integer. Is: size.before?: integer.")]
    [InlineData(typeof(WithElementRetyped), "Was: places: array of text. Is: places: array of uuid.")]
    [InlineData(typeof(WithInnerElementMember), "Is: places: array of objects. Is: places[].after: text. Is: places[].before: text.")]
    [InlineData(typeof(WithOtherWords), "Was: size.after: integer.", "Is: size.after: one of one, two.")]
    public void A_shape_that_changed_without_a_new_version_is_found_and_not_recorded(Type changed, params string[] differences)
    {
        Record(typeof(Shipped));

        Record(changed);

        var fault = Assert.Single(Faults(changed));
        Assert.All(differences, difference => Assert.Contains(difference, fault, StringComparison.Ordinal));
        Assert.Contains("[EventType(\"sample.shipped\", 2)], add an IUpcaster from version 1", fault, StringComparison.Ordinal);
        Assert.Empty(Faults(typeof(Shipped)));
    }

    [Fact]
    public void The_order_of_members_says_nothing()
    {
        Record(typeof(Shipped));

        Assert.Empty(Faults(typeof(WithOtherOrder)));
    }

    [Fact]
    public void Further_words_are_recorded_and_fewer_are_a_change()
    {
        Record(typeof(Rated));

        Assert.Contains("further words", Assert.Single(Faults(typeof(RatedFurther))), StringComparison.Ordinal);
        Record(typeof(RatedFurther));

        Assert.Empty(Faults(typeof(RatedFurther)));
        Assert.Contains(
            "Was: rating: one of one, two, three. Is: rating: one of one, two.", Assert.Single(Faults(typeof(Rated))), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_older_version_is_read_through_the_chain()
    {
        Record(typeof(Shipped));
        Record(typeof(Shipped2), typeof(From1));
        Record(typeof(Shipped3), typeof(From1), typeof(From2));

        Assert.Empty(Faults(typeof(Shipped3), typeof(From1), typeof(From2)));
        Assert.Equal(["sample.shipped.v1.json", "sample.shipped.v2.json", "sample.shipped.v3.json"], _folder.GetFiles().Select(file => file.Name).Order());
        var read = (Shipped3)Types(typeof(Shipped3), typeof(From1), typeof(From2)).Deserialize(Logged.Of(Shipping, 1, Payload(1).ToJsonString()));
        Assert.Equal(("title 2", 0, 1), (read.Name, read.Weight, read.Sizes!.Before));
    }

    [Fact]
    public void An_upcaster_that_does_not_fit_is_found()
    {
        Record(typeof(Shipped));
        Record(typeof(Shipped2), typeof(From1));

        var faults = Faults(typeof(Shipped2), typeof(Idle));

        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.Contains("sample.shipped version 1 became something else than version 2", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_of_an_older_version_that_is_gone_is_found()
    {
        Record(typeof(Shipped));
        Record(typeof(Shipped2), typeof(From1));
        File.Delete(PageOf(1));

        Assert.Contains("sample.shipped.v1.json is missing", Assert.Single(Faults(typeof(Shipped2), typeof(From1))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_is_gone_is_found()
    {
        Record(typeof(Shipped));

        Assert.Contains("sample.shipped.v1.json is of no event that there is", Assert.Single(Faults(typeof(Rated))[1..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("title", "title? is never set")]
    [InlineData(null, "title? is never null")]
    public void Payloads_that_leave_something_out_are_found(string? cleared, string omitted)
    {
        Record(typeof(Shipped));
        var page = JsonNode.Parse(File.ReadAllText(PageOf(1)))!;
        foreach (var payload in page["payloads"]!.AsArray())
            payload!["title"] = cleared is null ? "set" : null;
        File.WriteAllText(PageOf(1), page.ToJsonString());

        Assert.Contains(omitted, Assert.Single(Faults(typeof(Shipped))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_otherwise_than_it_was_read_is_found()
    {
        Record(typeof(Shipped));
        File.WriteAllText(PageOf(1), File.ReadAllText(PageOf(1)).Replace("0198f5e2-9b40", "0198F5E2-9B40", StringComparison.Ordinal));

        Assert.All(Faults(typeof(Shipped)), fault => Assert.Contains("is read and written again as", fault, StringComparison.Ordinal));
        Assert.NotEmpty(Faults(typeof(Shipped)));
    }

    private static EventTypes Types(params Type[] types) => new([new AssemblyOf(types)]);

    private void Record(params Type[] types) => _book.Add(Types(types));

    private string[] Faults(params Type[] types) => [.. _book.Faults(Types(types))];

    private string PageOf(int version) => Path.Combine(_folder.FullName, $"{Shipping}.v{version}.json");

    private JsonNode Payload(int version) => JsonNode.Parse(File.ReadAllText(PageOf(version)))!["payloads"]![0]!;

    [EventType(Shipping, 1)]
    private sealed record Shipped(TaskId TaskId, string? Title, Change<int> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithMember(TaskId TaskId, string? Title, Change<int> Size, IReadOnlyList<string> Places, int Weight) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithoutMember(TaskId TaskId, Change<int> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithMemberRenamed(TaskId TaskId, string? Name, Change<int> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithMemberRetyped(TaskId TaskId, int? Title, Change<int> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithMemberNeverNull(TaskId TaskId, string Title, Change<int> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithInnerMemberNull(TaskId TaskId, string? Title, Change<int?> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithElementRetyped(TaskId TaskId, string? Title, Change<int> Size, IReadOnlyList<UserId> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithInnerElementMember(TaskId TaskId, string? Title, Change<int> Size, IReadOnlyList<Change<string>> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithOtherWords(TaskId TaskId, string? Title, Change<Two> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 1)]
    private sealed record WithOtherOrder(IReadOnlyList<string> Places, Change<int> Size, string? Title, TaskId TaskId) : DomainEvent;

    [EventType(Shipping, 2)]
    private sealed record Shipped2(TaskId TaskId, string? Name, Change<int> Size, IReadOnlyList<string> Places) : DomainEvent;

    [EventType(Shipping, 3)]
    private sealed record Shipped3(TaskId TaskId, string? Name, Change<int>? Sizes, int Weight) : DomainEvent;

    [EventType("sample.rated", 1)]
    private sealed record Rated(Two Rating) : DomainEvent;

    [EventType("sample.rated", 1)]
    private sealed record RatedFurther(Three Rating) : DomainEvent;

    private enum Two
    {
        One,
        Two,
    }

    private enum Three
    {
        One,
        Two,
        Three,
    }

    private abstract class Upcaster(int fromVersion) : IUpcaster
    {
        public string EventType => Shipping;

        public int FromVersion => fromVersion;

        public abstract JsonObject Upcast(JsonObject payload);

        protected static void Rename(JsonObject payload, string from, string to)
        {
            payload[to] = payload[from]?.DeepClone();
            payload.Remove(from);
        }
    }

    private sealed class From1() : Upcaster(1)
    {
        public override JsonObject Upcast(JsonObject payload)
        {
            Rename(payload, "title", "name");
            return payload;
        }
    }

    private sealed class From2() : Upcaster(2)
    {
        public override JsonObject Upcast(JsonObject payload)
        {
            Rename(payload, "size", "sizes");
            payload.Remove("places");
            payload["weight"] = 0;
            return payload;
        }
    }

    private sealed class Idle() : Upcaster(1)
    {
        public override JsonObject Upcast(JsonObject payload) => payload;
    }
}

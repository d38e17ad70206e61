using System.Runtime.CompilerServices;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.EventShapes;
using TaskManagement.Infrastructure.IntegrationTests.Support;

namespace TaskManagement.Infrastructure.IntegrationTests.Documentation;

public sealed class EventPageTests
{
    private static readonly Lazy<string> SamplePage = new(() => PageOf(
        services => services
            .AddScoped<INotificationHandler<SamplePraised>, SampleGrader>()
            .AddScoped<INotificationHandler<Committed<SamplePraised>>, RememberPraise>()
            .AddScoped<INotificationHandler<Committed<IPraise>>, RememberPraise>()
            .AddScoped<INotificationHandler<Committed<IDomainEvent>>, WatchEverything>(),
        typeof(SamplePraised)));

    [Fact]
    public void The_page_of_events_is_the_one_that_is_committed()
    {
        var written = PageOf(_ => { });
        if (Environment.GetEnvironmentVariable(ShapeBook.Update) == "1")
            File.WriteAllText(CommittedFile(), written);

        Assert.True(
            File.ReadAllText(CommittedFile()).ReplaceLineEndings("\n") == written,
            $"Events, handlers or their comments changed. Run this test with {ShapeBook.Update}=1, review docs/events.md and commit it.");
    }

    [Theory]
    [InlineData("- [Events of a sample](#events-of-a-sample): [`sample.praised`](#samplepraised)")]
    [InlineData("### sample.praised\n\nA sample was praised, see `Praise`. Version 1, class `SamplePraised`.\n")]
    [InlineData("| `taskId` | uuid | The task. |")]
    [InlineData("| `praise` | one of `good`, `very_good`; or null | How much, a \\| b. |")]
    [InlineData("| `words` | array of text | In which words; [`task.created`](#taskcreated) has none. |")]
    [InlineData("| `grades` | object of `before` (integer) and `after` (integer); or null | The grades. |")]
    [InlineData("| `reason` | text; or null | Why, if anyone said so. |")]
    [InlineData("In the transaction: `SampleGrader`.\n\nAfter the commit: `RememberPraise`.\n")]
    [InlineData("| `SampleGrader` | IntegrationTests | Grades what is praised. | [`sample.praised`](#samplepraised) |")]
    [InlineData("| `all-of-it` | `WatchEverything` | IntegrationTests | Watches. | all | one attempt, 0.5 to 300 seconds between them, 5 seconds for each, "
        + "4 aggregates side by side, 100 events in one transaction, from the first event ever, rebuilt from the beginning, "
        + "an aggregate's later events do not wait behind a dead letter, no further attempt after `FormatException` |")]
    [InlineData("| `remember-praise` | `RememberPraise` | IntegrationTests | Remembers praise. | [`sample.praised`](#samplepraised), every `IPraise` ([`sample.praised`](#samplepraised)) | default |")]
    [InlineData("Unless the last column says otherwise: 10 attempts, 1 to 300 seconds between them, 30 seconds for each, one event at a time, from the time it is added, ")]
    public void Comments_shapes_and_policies_are_in_it(string text) => Assert.Contains(text, SamplePage.Value, StringComparison.Ordinal);

    [Fact]
    public void An_event_without_a_comment_is_found()
    {
        var error = Assert.Throws<InvalidOperationException>(() => PageOf(_ => { }, typeof(SampleBlamed)));

        Assert.Contains("SampleBlamed has no comment", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The page of the service as it is put together, and these handlers and events.</summary>
    private static string PageOf(Action<IServiceCollection> add, params Type[] events)
    {
        var services = new ServiceCollection();
        services.AddApplication();
        services.AddInfrastructure(new ConfigurationBuilder().Build(), new AssemblyOf(events));
        add(services);
        TransactionHandler[] inTransaction =
        [
            .. services
                .Where(service => service.ServiceType.IsGenericType && service.ServiceType.GetGenericTypeDefinition() == typeof(INotificationHandler<>)
                    && service.ServiceType.GenericTypeArguments[0].IsAssignableTo(typeof(IDomainEvent)))
                .GroupBy(service => service.ImplementationType!, service => service.ServiceType.GenericTypeArguments[0])
                .Select(handler => new TransactionHandler(handler.Key, [.. handler])),
        ];
        using var provider = services.CompleteNotificationHandlers().BuildServiceProvider();
        return new EventPage(provider.GetRequiredService<EventTypes>(), inTransaction, provider.GetRequiredService<SubscriptionCatalog>().All).Write();
    }

    private static string CommittedFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "events.md");
}

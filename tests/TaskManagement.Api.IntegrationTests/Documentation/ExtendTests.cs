using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks.Reactions;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Api.IntegrationTests.Documentation;

/// <summary>The event of the page, in its second shape.</summary>
[EventType("task.estimated", 2)]
public sealed record TaskEstimated(TaskId TaskId, Change<int?> Minutes) : DomainEvent;

public sealed class ExtendTests
{
    private const string Page = "docs/extend.md";
    private const string Example = "A handler, from nothing to seen";
    private const string AfterCommit = "A handler that runs after the commit";
    private const string FromOutside = "A handler of CloudEvents from outside";

    [Fact]
    public void The_page_shows_the_handler_that_these_tests_run() =>
        Assert.Equal(
            Repository.Read("tests/TaskManagement.Api.IntegrationTests/Documentation/LabelUrgentTasks.cs"),
            Repository.Blocks(Repository.Section(Page, Example), "csharp")[0]);

    [Fact]
    public async Task The_handler_does_what_the_page_says_it_does()
    {
        using var folder = new TemporaryFolder();
        await using var service = new ServiceWithExample(folder);
        service.UseKestrel(0);
        service.StartServer();
        var commands = string.Concat(Repository.Blocks(Repository.Section(Page, Example), "sh"));

        var answers = await BashSession.RunAsync(commands, service.ClientOptions.BaseAddress, ServiceProcess.AdminToken);

        Assert.Equal(3, answers.Count);
        var (created, patched, history) = (answers[0], answers[1], answers[2].GetProperty("items").EnumerateArray().ToArray());
        Assert.Equal([], Labels(created));
        Assert.Equal(["escalated"], Labels(patched));
        Assert.Equal(3, patched.GetProperty("version").GetInt64());
        Assert.Equal(
            ["taskmanagement.task.created.v1", "taskmanagement.task.prioritized.v1", "taskmanagement.task.labels_changed.v1"],
            history.Select(happened => happened.GetProperty("type").GetString()));
        Assert.Equal(history[1].GetProperty("id").GetString(), history[2].GetProperty("causationid").GetString());
    }

    [Fact]
    public void The_page_shows_the_after_commit_handler_that_these_tests_run() =>
        Assert.Equal(
            Repository.Read("tests/TaskManagement.Api.IntegrationTests/Documentation/ListCompletedTasks.cs"),
            Repository.Blocks(Repository.Section(Page, AfterCommit), "csharp")[0]);

    [Fact]
    public async Task The_after_commit_handler_does_what_the_page_says_it_does_and_is_seen_to()
    {
        var list = Path.Combine(Path.GetTempPath(), "completed-tasks.txt");
        File.Delete(list);
        using var folder = new TemporaryFolder();
        await using var service = new ServiceWithExample(folder);
        service.UseKestrel(0);
        service.StartServer();

        var answers = await BashSession.RunAsync(
            string.Concat(Repository.Blocks(Repository.Section(Page, AfterCommit), "sh")), service.ClientOptions.BaseAddress, ServiceProcess.AdminToken);

        var subscription = answers[3];
        Assert.Equal("completed-list", subscription.GetProperty("name").GetString());
        Assert.Contains("task.completed", subscription.GetProperty("takes").EnumerateArray().Select(type => type.GetString()));
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !File.Exists(list) || !File.ReadAllText(list).StartsWith("Mend the pipe, event ", StringComparison.Ordinal);)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "The list was not written.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task The_handler_of_CloudEvents_is_the_one_on_the_page_and_does_what_it_says_there()
    {
        using var folder = new TemporaryFolder();
        await using var service = new ServiceWithExample(folder);
        service.UseKestrel(0);
        service.StartServer();
        var section = Repository.Section(Page, FromOutside);
        Assert.Equal(
            Repository.Read("tests/TaskManagement.Api.IntegrationTests/Documentation/LabelDeployedTasks.cs"), Assert.Single(Repository.Blocks(section, "csharp")));

        var answers = await BashSession.RunAsync(string.Concat(Repository.Blocks(section, "sh")), service.ClientOptions.BaseAddress, ServiceProcess.AdminToken);

        Assert.Equal("received", answers[1].GetProperty("items")[0].GetProperty("result").GetString());
        Assert.Equal(["live"], Labels(answers[2]));
    }

    [Fact]
    public void Handlers_in_an_assembly_that_is_named_are_found()
    {
        var builder = WebApplication.CreateBuilder().AddTaskManagement(typeof(ExtendTests).Assembly);
        Assert.Contains(builder.Services, service =>
            service.ServiceType == typeof(INotificationHandler<TaskPrioritized>) && service.ImplementationType == typeof(LabelUrgentTasks));
    }

    [Fact]
    public void The_page_shows_the_upcaster_that_these_tests_run() =>
        Assert.Equal(
            Repository.Read("tests/TaskManagement.Api.IntegrationTests/Documentation/TaskEstimatedV1.cs"),
            Repository.Blocks(Repository.Section(Page, "A new shape of an event"), "csharp").Single(block => block.StartsWith("using", StringComparison.Ordinal)));

    [Fact]
    public void Upcasters_in_an_assembly_that_is_named_read_older_versions_of_its_events()
    {
        var builder = WebApplication.CreateBuilder().AddTaskManagement(typeof(ExtendTests).Assembly);
        var types = builder.Services.BuildServiceProvider().GetRequiredService<EventTypes>();
        var task = TaskId.New();
        var logged = new LoggedEvent(
            Guid.CreateVersion7(), "task", task.Value, 2, "task.estimated", 1, $$"""{"taskId":"{{task}}","beforeMinutes":null,"afterMinutes":45}""",
            "user:ann", "tests", Guid.CreateVersion7(), null, 0, new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), 2);

        var read = Assert.IsType<TaskEstimated>(types.Deserialize(logged));

        Assert.Equal(new(task, new(null, 45)) { EventId = logged.EventId, OccurredAt = logged.OccurredAt }, read);
    }

    private static IEnumerable<string?> Labels(JsonElement task) => task.GetProperty("labels").EnumerateArray().Select(label => label.GetString());

    /// <summary>The service with the example in it, as it is once the file lies in the Application project.</summary>
    private sealed class ServiceWithExample(TemporaryFolder folder) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("Database:ConnectionString", $"Data Source={folder.DatabaseFile};Pooling=False");
            builder.UseSetting("Bootstrap:AdminToken", ServiceProcess.AdminToken);
            builder.ConfigureTestServices(services => services
                .AddTransient<INotificationHandler<TaskPrioritized>, LabelUrgentTasks>()
                .AddTransient<INotificationHandler<IncomingCloudEvent>, LabelDeployedTasks>()
                .AddTransient<INotificationHandler<Committed<TaskCompleted>>, ListCompletedTasks>());
        }
    }
}

using TaskManagement.Application;
using TaskManagement.Application.Common;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>
/// SQL Server can't be run everywhere, so everything that would be sent to it is recorded, parsed with Microsoft's own parser and bound to
/// the schema that the migrations make.
/// </summary>
public sealed class SqlServerStatementTests
{
    private static readonly Lazy<Task<Recording>> Batched = new(() => Recording.MakeAsync());
    private static readonly Lazy<Task<Recording>> OneByOne = new(() => Recording.MakeAsync(("Database:MaxBatchSize", "1")));

    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Every_text_parses_and_names_only_what_the_migrations_create(bool isBatched)
    {
        var recording = await (isBatched ? Batched : OneByOne).Value;

        var faults = recording.Texts.Where(text => text.Check.Faults.Count > 0)
            .Select(text => $"{text.Scenario}: {string.Join(' ', text.Check.Faults)}\n{text.Text}")
            .Concat(recording.Failures)
            .ToList();
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public void Every_use_case_is_among_what_is_recorded()
    {
        var useCases = typeof(ApplicationServices).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && (type.IsAssignableTo(typeof(ICommand)) || type.IsAssignableTo(typeof(IQuery)) || type.IsAssignableTo(typeof(IGuardedRequest))));

        var recorded = Scenarios.All().Select(scenario => scenario.Request?.GetType()).OfType<Type>().Distinct();

        Assert.Equal(useCases.Select(type => type.Name).Order(), recorded.Select(type => type.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Every_command_is_recorded_as_far_as_the_event_log(bool isBatched)
    {
        var recording = await (isBatched ? Batched : OneByOne).Value;

        var reached = recording.Texts
            .Where(text => text.Check.Statements.Any(statement => statement is "INSERT event_log" or "MERGE event_log"))
            .Select(text => text.Scenario)
            .Distinct();

        Assert.Equal(Scenarios.All().Where(scenario => scenario.AppendsEvents).Select(scenario => scenario.Name), reached);
    }

    [Fact]
    public async Task Every_kind_of_change_is_among_what_is_recorded()
    {
        string[] expected =
        [
            "SELECT", "INSERT event_log", "MERGE event_log",
            "INSERT tasks", "UPDATE tasks", "INSERT task_labels", "DELETE task_labels", "INSERT task_counters", "UPDATE task_counters",
            "INSERT projects", "UPDATE projects", "INSERT idempotency_keys", "UPDATE idempotency_keys", "DELETE idempotency_keys",
            "INSERT access_tokens", "UPDATE access_tokens", "INSERT __EFMigrationsHistory",
            "INSERT event_cursors", "UPDATE event_cursors", "UPDATE parked_events", "DELETE parked_events",
        ];

        var texts = (await Batched.Value).Texts;

        Assert.Empty(expected.Except(texts.SelectMany(text => text.Check.Statements)));
        Assert.InRange(texts.Count, 170, int.MaxValue);
        Assert.InRange(texts.Count(text => text.Check.Statements.Contains("SELECT")), 110, int.MaxValue);
    }

    [Fact]
    public async Task A_command_sends_all_its_writes_at_once()
    {
        var commands = Scenarios.All().Where(scenario => scenario is { AppendsEvents: true, WritesInSteps: false }).Select(scenario => scenario.Name).ToList();

        var writes = (await Batched.Value).Texts
            .Where(text => commands.Contains(text.Scenario) && text.Check.Statements.Any(statement => statement != "SELECT"))
            .Select(text => text.Scenario);

        Assert.Equal(commands, writes);
    }

    [Fact]
    public async Task One_by_one_there_is_no_merge()
    {
        var statements = (await OneByOne.Value).Texts.SelectMany(text => text.Check.Statements).ToList();

        Assert.DoesNotContain("MERGE event_log", statements);
        Assert.Contains("INSERT event_log", statements);
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>All scenarios, run once by the real services on a recording database.</summary>
internal sealed class Recording
{
    /// <summary>On whose behalf everything is done: that of a person, since some of it is for people alone.</summary>
    public const string Actor = "user:00000003-0000-0000-0000-000000000001";

    public static readonly UserId Person = new(new("00000003-0000-0000-0000-000000000001"));

    private Recording(IReadOnlyList<RecordedText> texts, IReadOnlyList<string> failures)
    {
        Texts = texts;
        Failures = failures;
    }

    /// <summary>Everything that would have been sent.</summary>
    public IReadOnlyList<RecordedText> Texts { get; }

    /// <summary>The scenarios that did not come to their end, and why.</summary>
    public IReadOnlyList<string> Failures { get; }

    /// <summary>Runs all scenarios.</summary>
    /// <param name="settings">Settings beyond the provider, such as <c>Database:MaxBatchSize</c>.</param>
    public static async Task<Recording> MakeAsync(params (string Key, string Value)[] settings)
    {
        var database = new RecordingDatabase();
        var migrated = SqlServerSchema.Catalogue;
        var failures = new List<string>();
        await using var services = Services(database, settings);
        foreach (var scenario in Scenarios.All())
        {
            (database.Scenario, database.Rows, database.LosesNextCommit) = (scenario.Name, scenario.Given, scenario.LosesCommit);
            database.Catalogue = scenario.IsEmpty ? new() : migrated;
            await using var scope = services.CreateAsyncScope();
            var caller = scope.ServiceProvider.GetRequiredService<Caller>();
            (caller.IdempotencyKey, caller.Scopes, caller.Project) = (scenario.IdempotencyKey, scenario.Scopes, scenario.Project);
            try
            {
                await scenario.Run(scope.ServiceProvider);
            }
            catch (Exception exception)
            {
                // Usually the answer to a text with a fault; the fault is what is to be reported then, so the others go on.
                failures.Add($"{scenario.Name}: {exception}");
            }
        }

        return new(database.Texts, failures);
    }

    private static ServiceProvider Services(RecordingDatabase database, (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Provider"] = nameof(DatabaseKind.SqlServer),
            ["Database:ConnectionString"] = "Server=nowhere.invalid;Database=tasks",
            ["Notifications:Delivery"] = "None",
            ["Bootstrap:AdminToken"] = "an-administrators-token",
        }).AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value, StringComparer.Ordinal)).Build();

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddApplication();
        services.AddInfrastructure(configuration);
        services.AddScoped<Caller>();
        services.AddScoped<ICallContext>(provider => provider.GetRequiredService<Caller>());
        services.ConfigureDbContext<SqlServerDbContext>(options => options.AddInterceptors(database.Interceptor), ServiceLifetime.Singleton);
        services.CompleteNotificationHandlers();
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    private sealed class Caller : ICallContext
    {
        public ActorId Actor => new(Recording.Actor);

        public Scopes Scopes { get; set; }

        public ProjectId? Project { get; set; }

        public SessionId? Session => new(CannedRows.Task.Value);

        public string CorrelationId => "tests";

        public string? Address => "192.0.2.17";

        public string? IdempotencyKey { get; set; }

        public void MarkReplayed()
        {
        }
    }
}

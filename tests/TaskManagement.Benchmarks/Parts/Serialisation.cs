using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Tasks;
using TaskManagement.Benchmarks.Load;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks.Parts;

/// <summary>An event to its stored form and back, and a task to what clients read; beside generated serialisers of the same facts.</summary>
public class Serialisation
{
    private EventTypes _types = null!;
    private LoggedEvent _logged = null!;
    private IDomainEvent _event = null!;
    private TaskDto _task = null!;
    private TaskFacts _facts = null!;
    private TaskBody _body = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        await using var host = await TestHost.StartAsync(DatabaseKind.Sqlite);
        var created = await host.SendAsync(new CreateTask("A task of the usual length", Description: "What is to be done, and for whom.", Labels: ["home", "urgent"]));
        await host.SendAsync(new StartTask(new(created.Id)));
        _task = await host.SendAsync(new CompleteTask(new(created.Id)));
        _types = host.Services.GetRequiredService<EventTypes>();
        var stream = await host.InScopeAsync(services =>
            services.GetRequiredService<IEventLog>().ReadStreamAsync("task", created.Id, afterVersion: 0, limit: 10, CancellationToken.None));
        _logged = stream.Single(logged => logged.Type == "task.completed");
        _event = _types.Deserialize(_logged);
        _facts = JsonSerializer.Deserialize(_logged.Payload, ReferenceJson.Default.TaskFacts)!;
        _body = JsonSerializer.Deserialize(JsonSerializer.Serialize(_task, AppJson.Options), ReferenceJson.Default.TaskBody)!;
    }

    [BenchmarkCategory("event written")]
    [Benchmark(Baseline = true)]
    public string EventWrittenByGeneratedCode() => JsonSerializer.Serialize(_facts, ReferenceJson.Default.TaskFacts);

    [BenchmarkCategory("event written")]
    [Benchmark]
    public string EventWritten() => EventTypes.Serialize(_event);

    [BenchmarkCategory("event read")]
    [Benchmark(Baseline = true)]
    public object? EventReadByGeneratedCode() => JsonSerializer.Deserialize(_logged.Payload, ReferenceJson.Default.TaskFacts);

    [BenchmarkCategory("event read")]
    [Benchmark]
    public IDomainEvent EventRead() => _types.Deserialize(_logged);

    [BenchmarkCategory("task written")]
    [Benchmark(Baseline = true)]
    public byte[] TaskWrittenByGeneratedCode() => JsonSerializer.SerializeToUtf8Bytes(_body, ReferenceJson.Default.TaskBody);

    [BenchmarkCategory("task written")]
    [Benchmark]
    public byte[] TaskWritten() => JsonSerializer.SerializeToUtf8Bytes(_task, AppJson.Options);
}

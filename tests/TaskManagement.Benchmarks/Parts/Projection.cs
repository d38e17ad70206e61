using BenchmarkDotNet.Attributes;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Tasks;
using TaskManagement.Benchmarks.Load;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks.Parts;

/// <summary>One task, and a page of 50: by a query that is sent through the pipeline, and by hand from the same rows.</summary>
public class Projection
{
    private const int Tasks = 500;

    private TestHost _host = null!;
    private FloorDatabase _floor = null!;
    private Guid _id;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _host = await TestHost.StartAsync(DatabaseKind.Sqlite);
        for (var i = 0; i < Tasks; i++)
            _id = (await _host.SendAsync(new CreateTask("A task of the usual length", Description: "What is to be done, and for whom.", Labels: ["home", "urgent"]))).Id;
        _floor = FloorDatabase.For(DatabaseKind.Sqlite, _host.ConnectionString);
    }

    [GlobalCleanup]
    public async Task EndAsync()
    {
        await _floor.DisposeAsync();
        await _host.DisposeAsync();
    }

    [BenchmarkCategory("one task")]
    [Benchmark(Baseline = true)]
    public Task OneByHand() => _floor.FindAsync(_id);

    [BenchmarkCategory("one task")]
    [Benchmark]
    public Task<TaskDto> One() => _host.SendAsync(new GetTask(new(_id)));

    [BenchmarkCategory("page")]
    [Benchmark(Baseline = true)]
    public Task PageByHand() => _floor.ListAsync(after: null, References.PageLength);

    [BenchmarkCategory("page")]
    [Benchmark]
    public Task<Page<TaskDto>> Page() => _host.SendAsync(new ListTasks { Limit = References.PageLength });
}

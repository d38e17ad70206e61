using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Benchmarks.Load;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks.Parts;

/// <summary>A task inserted and committed, in a scope of its own and one file of SQLite: with its events, without any, and by hand.</summary>
public class Saving
{
    private const string Title = "A task of the usual length";
    private const string Actor = "user:bench";

    private TestHost _host = null!;
    private ServiceProvider _plain = null!;
    private FloorDatabase _floor = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _host = await TestHost.StartAsync(DatabaseKind.Sqlite);
        var services = new ServiceCollection();
        EfServer.Add(services, DatabaseKind.Sqlite, _host.ConnectionString);
        _plain = services.BuildServiceProvider();
        _floor = FloorDatabase.For(DatabaseKind.Sqlite, _host.ConnectionString);
    }

    [GlobalCleanup]
    public async Task EndAsync()
    {
        await _floor.DisposeAsync();
        await _plain.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public async Task RowByPlainEf()
    {
        var now = TimeProvider.System.GetUtcNow();
        var task = new EfTask
        {
            Id = Guid.CreateVersion7(),
            Title = Title,
            Status = "pending",
            Version = 1,
            CreatedAt = now,
            CreatedBy = Actor,
            UpdatedAt = now,
            UpdatedBy = Actor,
        };
        await using var scope = _plain.CreateAsyncScope();
        await SaveAsync(scope.ServiceProvider.GetRequiredService<EfContext>(), task);
    }

    [Benchmark]
    public Task RowAndEventByHand()
    {
        var now = TimeProvider.System.GetUtcNow();
        var task = new TaskBody
        {
            Id = Guid.CreateVersion7(),
            Title = Title,
            Status = "pending",
            Priority = TaskBody.PriorityOf(0),
            Labels = [],
            Version = 1,
            CreatedAt = now,
            CreatedBy = Actor,
            UpdatedAt = now,
        };
        var payload = JsonSerializer.Serialize(new(task.Id, Title), ReferenceJson.Default.TaskFacts);
        return _floor.InsertAsync(task, [new(Guid.CreateVersion7(), "task.created", 1, payload, Actor, now)]);
    }

    [Benchmark]
    public Task RowAndEvent() => SaveTaskAsync(assignee: null);

    [Benchmark]
    public Task RowAndTwoEvents() => SaveTaskAsync(new UserId(Guid.CreateVersion7()));

    private async Task SaveTaskAsync(UserId? assignee)
    {
        var task = TaskItem.Create(
            TaskId.New(), TaskTitle.From(Title), description: null, TaskPriority.None, due: null, [], assignee, project: null, new(new(Actor), TimeProvider.System.GetUtcNow()));
        await using var scope = _host.Services.CreateAsyncScope();
        await SaveAsync(scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>(), task);
    }

    /// <summary>Saves as the service's unit of work does: in a transaction that is begun for it, and without a savepoint in it.</summary>
    private static async Task SaveAsync(DbContext db, object row)
    {
        db.Database.AutoSavepointsEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync();
        db.Add(row);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }
}

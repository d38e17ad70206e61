using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks;

/// <summary>How many statements a command sends between begin and commit. On PostgreSQL and SQL Server a batch is one.</summary>
internal static class RoundTrips
{
    public static async Task CountAsync(DatabaseKind kind)
    {
        var counter = new Counter();
        await using var host = await TestHost.StartAsync(kind, services => services
            .ConfigureDbContext<SqliteDbContext>(options => options.AddInterceptors(counter))
            .ConfigureDbContext<PostgreSqlDbContext>(options => options.AddInterceptors(counter)));
        var project = await host.SendAsync(new CreateProject("OPS", "Operations"));
        var task = await host.SendAsync(new CreateTask("Warm up", ProjectId: project.Id));

        Console.WriteLine($"\n{kind}: statements sent between begin and commit\n");
        Console.WriteLine("| command | reads | writes |");
        Console.WriteLine("| --- | --- | --- |");
        await ReportAsync("create a task", () => host.SendAsync(new CreateTask("Plain")));
        await ReportAsync("create a task, with an idempotency key", () => host.SendAsync(new CreateTask("Keyed"), new() { IdempotencyKey = "key" }));
        await ReportAsync("create a task with 3 labels, assigned", () => host.SendAsync(new CreateTask("Labelled", Labels: ["a", "b", "c"], AssigneeId: Guid.CreateVersion7())));
        await ReportAsync("create a task in a project", () => host.SendAsync(new CreateTask("Numbered", ProjectId: project.Id)));
        await ReportAsync("start a task", () => host.SendAsync(new StartTask(new(task.Id))));
        await ReportAsync("complete a task", () => host.SendAsync(new CompleteTask(new(task.Id))));

        async Task ReportAsync<T>(string name, Func<Task<T>> command)
        {
            counter.Reset();
            await command();
            Console.WriteLine($"| {name} | {counter.Reads} | {counter.Writes} |");
        }
    }

    private sealed class Counter : DbCommandInterceptor
    {
        public int Reads { get; private set; }

        public int Writes { get; private set; }

        public void Reset() => (Reads, Writes) = (0, 0);

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (eventData.CommandSource == CommandSource.SaveChanges)
                Writes++;
            else
                Reads++;
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Writes++;
            return ValueTask.FromResult(result);
        }
    }
}

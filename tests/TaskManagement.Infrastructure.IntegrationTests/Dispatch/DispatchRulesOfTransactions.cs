using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>The rules of dispatch on the transaction: what handlers do is part of it, and is kept as a whole or not at all.</summary>
public abstract class DispatchRulesOfTransactions(DatabaseKind database) : DispatchTest(database)
{
    [Fact]
    public async Task Rule3_Events_outside_a_transaction_are_refused_with_what_to_do()
    {
        await using var host = await StartAsync();

        var error = await host.InScopeAsync(services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            db.Tasks.Add(TestHostSteps.NewTask());
            return Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
        });

        Assert.Contains("begin a transaction before SaveChangesAsync", error.Message, StringComparison.Ordinal);
        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task Rule3_Bulk_updates_and_raw_statements_of_handlers_roll_back_with_the_rest()
    {
        await using var host = await StartAsync(services => services.On<TaskPrioritized>(async (_, scope) =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            Assert.Equal(1, await db.Tasks.ExecuteUpdateAsync(set => set.SetProperty(task => task.Title, "Bulk")));
            Assert.Equal(1, await db.Database.ExecuteSqlAsync($"UPDATE tasks SET description = 'Raw'"));
            throw new HandlerFailedException();
        }));
        var id = await host.CreateTaskAsync("Original");

        await Assert.ThrowsAsync<HandlerFailedException>(() => host.SendAsync(Prioritized(id)));

        var task = await host.LoadAsync(id);
        Assert.Equal(("Original", null, TaskPriority.None), (task.Title, task.Description, task.Priority));
    }

    [Fact]
    public async Task Rule4_Rows_that_handlers_add_or_change_are_stamped_too()
    {
        var at = TestHostSteps.Stamp.At.AddDays(1);
        await using var host = await StartAsync(services => services.On<ProjectRenamed>(async (_, scope) =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            (await db.Tasks.SingleAsync()).Prioritize(TaskPriority.High, new(new("ignored"), at));
            db.Tasks.Add(TestHostSteps.NewTask("Added"));
        }));
        var changed = await host.CreateTaskAsync("Changed");
        var project = await host.CreateProjectAsync();

        await RenameAsync(host, project, new TestCall { Actor = new("user:renamer") });

        var after = await host.LoadAsync(changed);
        Assert.Equal((2L, "user:tester", "user:renamer", at), (after.Version, after.CreatedBy.Value, after.UpdatedBy.Value, after.UpdatedAt));
        var added = await host.ReadAsync(db => db.Tasks.AsNoTracking().SingleAsync(task => task.Title == "Added"));
        Assert.Equal((1L, "user:renamer", "user:renamer"), (added.Version, added.CreatedBy.Value, added.UpdatedBy.Value));
        Assert.Equal((TestHostSteps.Stamp.At, TestHostSteps.Stamp.At), (added.CreatedAt, added.UpdatedAt));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Rule4_A_change_without_an_event_is_refused()
    {
        await using var host = await StartAsync(services => services.On<TaskPrioritized>(async (_, scope) =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            db.Entry(await db.Projects.SingleAsync()).Property(project => project.Name).CurrentValue = "Unseen";
        }));
        var project = await host.CreateProjectAsync();
        var id = await host.CreateTaskAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.SendAsync(Prioritized(id)));

        Assert.Contains($"Project {project} was changed without an event", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule5_If_a_handler_throws_nothing_is_kept()
    {
        await using var host = await StartAsync(services => services
            .On<TaskCreated>((_, scope) =>
            {
                scope.GetRequiredService<IProjectRepository>().Add(
                    Project.Create(ProjectId.New(), ProjectKey.From("OPS"), ProjectName.From("Operations"), TestHostSteps.Stamp));
                return Task.CompletedTask;
            })
            .On<ProjectCreated>((_, _) => throw new HandlerFailedException()));

        await Assert.ThrowsAsync<HandlerFailedException>(() => host.SendAsync(new CreateTask("Task"), new TestCall { IdempotencyKey = "key" }));

        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task Rule5_After_a_handler_failed_the_context_saves_nothing_until_it_is_cleared()
    {
        var fails = true;
        await using var host = await StartAsync(services => services.On<TaskCreated>((_, _) => fails ? throw new HandlerFailedException() : Task.CompletedTask));

        await host.InTransactionAsync(async db =>
        {
            db.Tasks.Add(TestHostSteps.NewTask("Lost"));
            await Assert.ThrowsAsync<HandlerFailedException>(() => db.SaveChangesAsync());
            fails = false;
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
            Assert.Contains("A handler failed in this unit of work", error.Message, StringComparison.Ordinal);

            db.ChangeTracker.Clear();
            db.Tasks.Add(TestHostSteps.NewTask("Kept"));
            await db.SaveChangesAsync();
            await db.Database.CommitTransactionAsync();
        });

        Assert.Equal("Kept", await host.ReadAsync(db => db.Tasks.Select(task => task.Title).SingleAsync()));
        await host.AssertLogIsCompleteAsync();
    }
}

public sealed class DispatchRulesOfTransactionsOnSqlite() : DispatchRulesOfTransactions(DatabaseKind.Sqlite);

public sealed class DispatchRulesOfTransactionsOnPostgreSql() : DispatchRulesOfTransactions(DatabaseKind.PostgreSql);

public sealed class DispatchRulesOfTransactionsOnSqlServer() : DispatchRulesOfTransactions(DatabaseKind.SqlServer);

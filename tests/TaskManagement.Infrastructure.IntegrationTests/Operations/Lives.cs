using TaskManagement.Application.Common;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>What people do with tasks and projects.</summary>
internal static class Lives
{
    /// <summary>The task that <see cref="LiveAsync"/> leaves with something in every column.</summary>
    public const string FullTitle = "A task with everything";

    public static readonly Guid Ann = new("0198f5e2-0000-7000-8000-00000000000a");
    public static readonly Guid Ben = new("0198f5e2-0000-7000-8000-00000000000b");

    /// <summary>Every command there is, several times, so that every event of tasks, projects and webhooks is in the log.</summary>
    public static async Task LiveAsync(TestHost host)
    {
        var (ops, dev, old) = (await host.CreateProjectAsync(), await host.CreateProjectAsync("DEV"), await host.CreateProjectAsync("OLD"));
        await host.SendAsync(new RenameProject(ops, null, new() { Name = new("Operations") }));
        await host.SendAsync(new CreateTask(
            FullTitle, Description: "In *Markdown*.", Priority: TaskPriority.High, Due: DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid"), Labels: ["Home", "garden"], AssigneeId: Ann, ProjectId: ops.Value));
        var task = new TaskId((await host.SendAsync(new CreateTask("Water the plants", Labels: ["Home"], AssigneeId: Ann, ProjectId: ops.Value))).Id);
        await UpdateAsync(host, task, new() { Title = new("Water all plants"), Description = new("Twice."), Priority = new(TaskPriority.Urgent), Due = new(DueDate.On(new(2026, 12, 1))) });
        await UpdateAsync(host, task, new() { Labels = new(["HOME", "öl"]), AssigneeId = new(Ben), ProjectId = new(dev.Value) });
        await UpdateAsync(host, task, new() { Labels = new([]), AssigneeId = new(null), Due = new(DueDate.AtLocal(new(2026, 12, 1, 8, 0, 0))), ProjectId = new(ops.Value) });
        await host.SendAsync(new CommentOnTask(task, $"*Why* twice, @{Ann}?"));
        await host.SendAsync(new StartTask(task));
        await host.SendAsync(new CompleteTask(task));
        await host.SendAsync(new ReopenTask(task));
        await host.SendAsync(new DeleteTask(task, Reason: "Twice."));
        await host.SendAsync(new RestoreTask(task));
        await host.SendAsync(new CancelTask(task, Reason: "No plants."));
        var (gone, open) = (await host.CreateTaskAsync("Gone"), await host.CreateTaskAsync("Open", old));
        await host.SendAsync(new DeleteTask(gone));
        await host.SendAsync(new ArchiveProject(old, OpenTasks: OpenTasksPolicy.Cancel));
        await host.SendAsync(new UnarchiveProject(old));
        await UpdateAsync(host, open, new() { ProjectId = new(null) });
        await host.SendAsync(new DeleteProject(old, Reason: "Too old."));
        await host.LiveAsTeamAsync(ops);
        await host.LiveAsWebhooksAsync();
        await host.SendAsync(new RestoreProject(old));
        await host.SendAsync(new ArchiveProject(old));
        await host.SendAsync(new DeleteProject(dev));
        foreach (var refused in (ICommand<TaskDto>[])[new CompleteTask(gone), new StartTask(task)])
            await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(refused));
    }

    /// <summary>Some tasks of some projects, with which this and that is done, whether or not it is admitted.</summary>
    public static async Task LiveAtRandomAsync(TestHost host, int seed, int steps)
    {
        var random = new Random(seed);
        ProjectId[] projects = [await host.CreateProjectAsync("A" + seed), await host.CreateProjectAsync("B" + seed)];
        var tasks = new List<TaskId> { await host.CreateTaskAsync() };
        for (var i = 0; i < steps; i++)
        {
            try
            {
                await StepAsync(tasks[random.Next(tasks.Count)], projects[random.Next(projects.Length)]);
            }
            catch (Exception refused) when (refused is DomainException or NotFoundException)
            {
                // So it changes nothing.
            }
        }

        Task StepAsync(TaskId task, ProjectId project) => random.Next(18) switch
        {
            0 or 1 => CreateAsync(project),
            2 => host.SendAsync(new StartTask(task)),
            3 => host.SendAsync(new CompleteTask(task)),
            4 => host.SendAsync(new CancelTask(task)),
            5 => host.SendAsync(new ReopenTask(task)),
            6 => UpdateAsync(host, task, new() { Title = new($"Title {random.Next(9)}"), Description = new(random.Next(2) == 0 ? null : "Text") }),
            7 => UpdateAsync(host, task, new() { Priority = new((TaskPriority)random.Next(5)), Due = new(random.Next(2) == 0 ? null : DueDate.On(new(2026, 12, random.Next(1, 31)))) }),
            8 => UpdateAsync(host, task, new() { Labels = new(random.GetItems(["home", "Home", "work", "öl"], random.Next(4))) }),
            9 => UpdateAsync(host, task, new() { AssigneeId = new(random.Next(3) switch { 0 => null, 1 => Ann, _ => Ben }) }),
            10 or 11 => UpdateAsync(host, task, new() { ProjectId = new(random.Next(3) == 0 ? null : project.Value) }),
            12 => host.SendAsync(new DeleteTask(task)),
            13 => host.SendAsync(new RestoreTask(task)),
            14 => host.SendAsync(new ArchiveProject(project, OpenTasks: (OpenTasksPolicy)random.Next(2))),
            15 => host.SendAsync(new UnarchiveProject(project)),
            16 => host.SendAsync(new CommentOnTask(task, "Why?")),
            _ => host.SendAsync(random.Next(2) == 0 ? new DeleteProject(project) : (ICommand<ProjectDto>)new RestoreProject(project)),
        };

        async Task CreateAsync(ProjectId project) =>
            tasks.Add(new((await host.SendAsync(new CreateTask("New", Labels: ["new"], AssigneeId: Ann, ProjectId: random.Next(2) == 0 ? project.Value : null))).Id));
    }

    private static Task<TaskDto> UpdateAsync(TestHost host, TaskId task, TaskPatch patch) => host.SendAsync(new UpdateTask(task, null, patch));
}

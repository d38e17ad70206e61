using TaskManagement.Application.Common;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Teams;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;

namespace TaskManagement.Application.UnitTests.Projects;

public sealed class ProjectCommandTests
{
    private readonly Ports _ports = new();

    [Fact]
    public async Task CreateProject_adds_a_project()
    {
        var added = new List<Project>();
        _ports.Projects.Setup(projects => projects.Add(Capture.In(added)));
        var id = Guid.CreateVersion7();

        var answer = await new CreateProjectHandler(_ports.Projects.Object, Mock.Of<ITeamRepository>(MockBehavior.Strict), _ports.Stamps).Handle(new("ops", " Operations ", id), Ports.Token);

        var project = Assert.Single(added);
        Expect.Published(project, typeof(ProjectCreated));
        Assert.Equal((id, "OPS", "Operations"), (project.Id.Value, project.Key, project.Name));
        Assert.Equal((id, "OPS", "Operations"), (answer.Value.Id, answer.Value.Key, answer.Value.Name));
    }

    [Fact]
    public async Task RenameProject_changes_the_name_if_the_patch_has_one()
    {
        var project = _ports.Has(Given.Project(name: "Operations"), expectedVersion: 3);
        var handler = new RenameProjectHandler(_ports.Projects.Object, _ports.Stamps);

        await handler.Handle(new(project.Id, 3, new()), Ports.Token);
        Expect.Published(project);

        await handler.Handle(new(project.Id, 3, new() { Name = new("Ops") }), Ports.Token);
        Expect.Published(project, typeof(ProjectRenamed));
        Assert.Equal("Ops", project.Name);
    }

    [Fact]
    public async Task RenameProject_refuses_to_clear_the_name()
    {
        var project = _ports.Has(Given.Project());

        await Expect.Refused(
            "name.required",
            () => new RenameProjectHandler(_ports.Projects.Object, _ports.Stamps).Handle(new(project.Id, null, new() { Name = new(null) }), Ports.Token));
    }

    [Theory]
    [InlineData(OpenTasksPolicy.Refuse)]
    [InlineData(OpenTasksPolicy.Cancel)]
    public async Task ArchiveProject_passes_on_what_is_to_become_of_open_tasks(OpenTasksPolicy policy)
    {
        var project = _ports.Has(Given.Project());

        var answer = await new ArchiveProjectHandler(_ports.Projects.Object, _ports.Stamps).Handle(new(project.Id, OpenTasks: policy), Ports.Token);

        Assert.Equal(policy, Assert.IsType<ProjectArchived>(Assert.Single(project.PendingEvents).Event).OpenTasks);
        Assert.Equal(The.Stamp.At, answer.Value.ArchivedAt);
    }

    [Fact]
    public async Task UnarchiveProject_takes_it_into_use_again()
    {
        var project = _ports.Has(Given.ArchivedProject());

        await new UnarchiveProjectHandler(_ports.Projects.Object, _ports.Stamps).Handle(new(project.Id), Ports.Token);

        Expect.Published(project, typeof(ProjectUnarchived));
    }

    [Fact]
    public async Task DeleteProject_and_RestoreProject_are_each_others_opposite()
    {
        var project = _ports.Has(Given.Project());

        await new DeleteProjectHandler(_ports.Projects.Object, _ports.Stamps).Handle(new(project.Id, Reason: "Merged"), Ports.Token);
        Assert.Equal("Merged", Assert.IsType<ProjectDeleted>(Assert.Single(project.PendingEvents).Event).Reason);

        await new RestoreProjectHandler(_ports.Projects.Object, _ports.Stamps).Handle(new(project.Id), Ports.Token);
        Expect.Published(project, typeof(ProjectDeleted), typeof(ProjectRestored));
        Assert.False(project.IsDeleted);
    }

    public static TheoryData<string> CommandsThatLock =>
        [nameof(ArchiveProject), nameof(UnarchiveProject), nameof(DeleteProject), nameof(RestoreProject)];

    [Theory]
    [MemberData(nameof(CommandsThatLock))]
    public async Task A_project_that_is_not_there_stays_not_there(string command) =>
        await Expect.NotFound("project.not_found", () => Send(command, _ports.HasNoProject(), null));

    [Theory]
    [MemberData(nameof(CommandsThatLock))]
    public async Task A_project_of_another_version_than_expected_is_left_alone(string command)
    {
        var project = _ports.Has(Given.Project());

        var mismatch = await Assert.ThrowsAsync<VersionMismatchException>(() => Send(command, project.Id, 5));

        Assert.Equal(project.Version, mismatch.CurrentVersion);
        Expect.Published(project);
        await Send(command, project.Id, project.Version);
    }

    private Task<Saved<ProjectDto>> Send(string command, ProjectId id, long? version)
    {
        var (projects, stamps) = (_ports.Projects.Object, _ports.Stamps);
        return command switch
        {
            nameof(ArchiveProject) => new ArchiveProjectHandler(projects, stamps).Handle(new(id, version), Ports.Token),
            nameof(UnarchiveProject) => new UnarchiveProjectHandler(projects, stamps).Handle(new(id, version), Ports.Token),
            nameof(DeleteProject) => new DeleteProjectHandler(projects, stamps).Handle(new(id, version), Ports.Token),
            nameof(RestoreProject) => new RestoreProjectHandler(projects, stamps).Handle(new(id, version), Ports.Token),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
    }
}

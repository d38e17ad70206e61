using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using static TaskManagement.Domain.UnitTests.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class ProjectTests
{
    [Fact]
    public void A_new_project_says_its_key_and_name()
    {
        var id = ProjectId.New();

        var project = Project.Create(id, ProjectKey.From("ops"), ProjectName.From(" Operations "), The.Stamp);

        AssertStates(new(id, "OPS", "Operations"), AssertPublishedOnly<ProjectCreated>(project));
        Assert.Equal((id, "OPS", "Operations", null), (project.Id, project.Key, project.Name, project.ArchivedAt));
        Assert.Equal(("project", id.Value), (project.StreamType, project.StreamId));
        project.EnsureTakesOpenTasks();
    }

    [Fact]
    public void Renaming_says_before_and_after()
    {
        var project = Given.Project(name: "Operations");

        project.Rename(ProjectName.From("operations"), The.Stamp);

        AssertStates(new(project.Id, "Operations", "operations"), AssertPublishedOnly<ProjectRenamed>(project));
        Assert.Equal("operations", project.Name);
    }

    [Theory]
    [InlineData(OpenTasksPolicy.Refuse)]
    [InlineData(OpenTasksPolicy.Cancel)]
    public void Archiving_says_what_is_to_become_of_open_tasks_and_closes_the_project_to_them(OpenTasksPolicy policy)
    {
        var project = Given.Project();

        project.Archive(policy, The.LaterStamp);

        AssertStates(new(project.Id, project.Name, policy), AssertPublishedOnly<ProjectArchived>(project));
        Assert.Equal(The.LaterStamp.At, project.ArchivedAt);
        AssertRefused("project.archived", project.EnsureTakesOpenTasks);
    }

    [Fact]
    public void Unarchiving_opens_the_project_again()
    {
        var project = Given.Project();
        project.Archive(OpenTasksPolicy.Refuse, The.Stamp);
        project.TakePendingEvents();

        project.Unarchive(The.Stamp);

        AssertStates(new(project.Id, project.Name), AssertPublishedOnly<ProjectUnarchived>(project));
        Assert.Null(project.ArchivedAt);
        project.EnsureTakesOpenTasks();
    }

    [Fact]
    public void An_archived_project_can_be_renamed()
    {
        var project = Given.Project();
        project.Archive(OpenTasksPolicy.Refuse, The.Stamp);

        project.Rename(ProjectName.From("Old operations"), The.Stamp);

        AssertPublished<ProjectRenamed>(project);
    }

    [Fact]
    public void Deleting_says_why_and_restoring_brings_the_project_back_as_it_was()
    {
        var project = Given.Project();
        project.Archive(OpenTasksPolicy.Refuse, The.Stamp);
        project.TakePendingEvents();

        project.Delete(Reason.From("Merged"), The.LaterStamp);
        AssertStates(new(project.Id, project.Name, "Merged"), AssertPublishedOnly<ProjectDeleted>(project));
        Assert.Equal(The.LaterStamp.At, project.DeletedAt);
        AssertRefused("project.deleted", project.EnsureTakesOpenTasks);

        project.TakePendingEvents();
        project.Restore(The.LaterStamp);
        AssertStates(new(project.Id, project.Name), AssertPublishedOnly<ProjectRestored>(project));
        Assert.Equal((null, The.Present), (project.DeletedAt, project.ArchivedAt));
    }

    [Fact]
    public void A_deleted_project_refuses_every_change_even_one_that_changes_nothing()
    {
        var project = Given.Project(name: "Operations");
        project.Delete(null, The.Stamp);
        project.TakePendingEvents();

        AssertRefused("project.deleted", () => project.Rename(ProjectName.From("Other"), The.Stamp));
        AssertRefused("project.deleted", () => project.Rename(ProjectName.From("Operations"), The.Stamp));
        AssertRefused("project.deleted", () => project.Archive(OpenTasksPolicy.Cancel, The.Stamp));
        AssertRefused("project.deleted", () => project.Unarchive(The.Stamp));
        AssertPublishedNothing(project);
        Assert.Equal(("Operations", null), (project.Name, project.ArchivedAt));
    }

    [Fact]
    public void A_change_that_changes_nothing_says_nothing()
    {
        var project = Given.Project(name: "Operations");
        project.Rename(ProjectName.From(" Operations "), The.Stamp);
        project.Unarchive(The.Stamp);
        project.Restore(The.Stamp);
        AssertPublishedNothing(project);

        project.Archive(OpenTasksPolicy.Refuse, The.Stamp);
        project.TakePendingEvents();
        project.Archive(OpenTasksPolicy.Cancel, The.LaterStamp);
        AssertPublishedNothing(project);
        Assert.Equal(The.Present, project.ArchivedAt);

        project.Delete(null, The.Stamp);
        project.TakePendingEvents();
        project.Delete(Reason.From("Again"), The.LaterStamp);
        AssertPublishedNothing(project);
        Assert.Equal(The.Present, project.DeletedAt);
    }
}

using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Behaviors;
using TaskManagement.Application.Incoming;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class AccessBehaviorTests
{
    private static readonly ActorId Person = new($"user:{Guid.CreateVersion7()}");
    private static readonly ActorId Program = new($"token:{Guid.CreateVersion7()}");

    private readonly Mock<ICallContext> _call = new();
    private readonly Mock<IUnitOfWork> _unitOfWork = new();
    private readonly Mock<IStandings> _standings = new(MockBehavior.Strict);

    [Fact]
    public async Task What_the_token_is_not_good_for_is_refused_before_anything_else()
    {
        Calling(Person, Scopes.TasksRead | Scopes.Webhooks);

        var refused = await RefusedAsync<ForbiddenException>(new CreateTask("Task"));

        Assert.Equal(("auth.insufficient_scope", "tasks:write"), (refused.Code, refused.NeededScope));
    }

    [Fact]
    public async Task To_a_program_and_to_an_administrator_everything_is_open()
    {
        Calling(Program, Scopes.TasksWrite);
        Assert.Equal("done", await SendAsync(new CompleteTask(TaskId.New())));

        Calling(Person, Scopes.Admin);
        Assert.Equal("done", await SendAsync(new CompleteTask(TaskId.New())));
    }

    [Fact]
    public async Task What_is_hidden_is_not_there()
    {
        Calling(Person, Scopes.TasksWrite);
        var task = TaskId.New();
        Is(null, Resource.Of(task));

        Assert.Equal("task.not_found", (await RefusedAsync<NotFoundException>(new CompleteTask(task))).Code);
    }

    [Theory]
    [InlineData(ProjectRole.Viewer, false)]
    [InlineData(ProjectRole.Commenter, false)]
    [InlineData(ProjectRole.Editor, true)]
    [InlineData(ProjectRole.Owner, true)]
    public async Task A_role_may_do_what_those_before_it_may(ProjectRole role, bool may)
    {
        Calling(Person, Scopes.TasksWrite);
        var task = TaskId.New();
        Is(role, Resource.Of(task));

        if (may)
            Assert.Equal("done", await SendAsync(new CompleteTask(task)));
        else
            Assert.Equal("auth.insufficient_role", (await RefusedAsync<ForbiddenException>(new CompleteTask(task))).Code);
    }

    [Fact]
    public async Task Into_a_project_that_is_hidden_no_task_comes_and_it_is_said_as_of_one_that_there_is_not()
    {
        Calling(Person, Scopes.TasksWrite);
        var (task, project) = (TaskId.New(), ProjectId.New());
        Is(null, Resource.Of(project));
        Is(ProjectRole.Editor, Resource.Of(task));

        var created = await RefusedAsync<InvalidRequestException>(new CreateTask("Task", ProjectId: project.Value));
        var moved = await RefusedAsync<InvalidRequestException>(new UpdateTask(task, null, new() { ProjectId = new(project.Value) }));

        Assert.All([created, moved], refused => Assert.Equal(("project.not_found", "/projectId"), (refused.Errors[0].Code, refused.Errors[0].Pointer)));
    }

    [Fact]
    public async Task Into_a_project_where_one_only_looks_on_no_task_comes()
    {
        Calling(Person, Scopes.TasksWrite);
        var project = ProjectId.New();
        Is(ProjectRole.Commenter, Resource.Of(project));

        Assert.Equal("auth.insufficient_role", (await RefusedAsync<ForbiddenException>(new CreateTask("Task", ProjectId: project.Value))).Code);
    }

    [Fact]
    public async Task What_is_the_organisations_is_not_for_a_person_nor_for_a_confined_program()
    {
        Calling(Person, Scopes.TasksWrite);
        Assert.Equal("auth.organisation_only", (await RefusedAsync<ForbiddenException>(new ReceiveCloudEvents([]))).Code);

        Calling(Program, Scopes.TasksWrite, ProjectId.New());
        Assert.Equal("auth.organisation_only", (await RefusedAsync<ForbiddenException>(new ReceiveCloudEvents([]))).Code);
    }

    [Fact]
    public async Task A_confined_program_does_nothing_outside_its_project()
    {
        var project = ProjectId.New();
        Calling(Program, Scopes.TasksWrite | Scopes.ProjectsAdmin, project);
        Is(ProjectRole.Owner, Resource.Of(project));

        Assert.Equal("auth.confined_to_project", (await RefusedAsync<ForbiddenException>(new CreateProject("OPS", "Operations"))).Code);
        Assert.Equal("auth.confined_to_project", (await RefusedAsync<ForbiddenException>(new CreateTask("Task"))).Code);
        Assert.Equal("done", await SendAsync(new CreateTask("Task", ProjectId: project.Value)));
    }

    [Fact]
    public async Task What_a_handler_sends_within_a_command_is_not_looked_at_again()
    {
        _unitOfWork.Setup(unitOfWork => unitOfWork.IsActive).Returns(true);

        Assert.Equal("done", await SendAsync(new CreateTask("Task")));
    }

    [Fact]
    public void A_request_that_says_nothing_stops_the_start_with_its_name()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RequiresAttribute.Of(typeof(Undeclared)));

        Assert.Equal("Undeclared does not say who may send it: put [Requires(…)] on it.", error.Message);
    }

    private void Calling(ActorId actor, Scopes scopes, ProjectId? project = null)
    {
        _call.Setup(call => call.Actor).Returns(actor);
        _call.Setup(call => call.Scopes).Returns(scopes);
        _call.Setup(call => call.Project).Returns(project);
    }

    private void Is(ProjectRole? role, Resource resource) =>
        _standings.Setup(standings => standings.FindAsync(It.IsAny<Viewer>(), resource, It.IsAny<CancellationToken>())).ReturnsAsync(role);

    private Task<TError> RefusedAsync<TError>(IBaseRequest request)
        where TError : Exception =>
        Assert.ThrowsAsync<TError>(() => SendAsync(request, () => throw new InvalidOperationException("It was sent on.")));

    private Task<string> SendAsync(IBaseRequest request, RequestHandlerDelegate<string>? next = null) => ((Task<string>)GetType()
        .GetMethod(nameof(SendTypedAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
        .MakeGenericMethod(request.GetType())
        .Invoke(this, [request, next ?? (() => Task.FromResult("done"))])!);

    private async Task<string> SendTypedAsync<TRequest>(TRequest request, RequestHandlerDelegate<string> next)
        where TRequest : IBaseRequest =>
        await new AccessBehavior<TRequest, string>(_call.Object, _unitOfWork.Object, _standings.Object).Handle(request, next, CancellationToken.None);

    private sealed record Undeclared;
}

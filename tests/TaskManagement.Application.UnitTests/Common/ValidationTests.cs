using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Behaviors;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Common;

/// <summary>Requests as they meet their own validators through the behaviour: what is wrong, and where.</summary>
public sealed class ValidationTests
{
    private static readonly string[] FiftyOneLabels = [.. Enumerable.Range(1, 51).Select(i => $"label {i}")];

    [Fact]
    public async Task CreateTask_is_refused_with_everything_that_is_wrong() =>
        await Refused(
            new CreateTask(" ", Guid.Empty, "a\0b", Labels: ["home", "", "work", new string('x', 51)]),
            "/id id.malformed",
            "/title title.required",
            "/description description.control_character",
            "/labels/1 label.required",
            "/labels/3 label.too_long");

    [Fact]
    public async Task CreateTask_counts_and_reads_labels()
    {
        await Refused(new CreateTask("Buy milk", Labels: FiftyOneLabels), "/labels labels.too_many");
        await Refused(new CreateTask("Buy milk", Labels: [null]), "/labels/0 label.required");
        await Accepted(new CreateTask("Buy milk", Labels: FiftyOneLabels[..50]));
        await Accepted(new CreateTask("Buy milk", Labels: []));
    }

    [Fact]
    public async Task CreateTask_needs_no_more_than_a_title()
    {
        await Accepted(new CreateTask("Buy milk"));
        await Accepted(new CreateTask("Buy milk", Description: ""));
        await Refused(new CreateTask(null!), "/title title.required");
    }

    [Fact]
    public async Task UpdateTask_names_the_members_of_the_patch() =>
        await Refused(
            Update(new() { Title = new(null), Description = new("a\u0001b"), Labels = new(["home", "\n"]) }),
            "/title title.required",
            "/description description.control_character",
            "/labels/1 label.required");

    [Fact]
    public async Task UpdateTask_asks_nothing_of_members_that_are_absent_and_lets_others_be_cleared()
    {
        await Accepted(Update(new()));
        await Accepted(Update(new() { Description = new(null), Priority = new(null), Due = new(null), Labels = new(null), AssigneeId = new(null), ProjectId = new(null) }));
        await Refused(Update(new() { Labels = new(FiftyOneLabels) }), "/labels labels.too_many");
    }

    [Fact]
    public async Task A_reason_is_one_line_or_absent()
    {
        await Refused(new CancelTask(TaskId.New(), Reason: ""), "/reason reason.required");
        await Refused(new DeleteTask(TaskId.New(), Reason: new string('x', 501)), "/reason reason.too_long");
        await Refused(new DeleteProject(ProjectId.New(), Reason: "a\nb"), "/reason reason.control_character");
        await Accepted(new CancelTask(TaskId.New()));
        await Accepted(new DeleteTask(TaskId.New(), Reason: "A double"));
        await Accepted(new DeleteProject(ProjectId.New()));
    }

    [Fact]
    public async Task CreateProject_is_refused_with_everything_that_is_wrong()
    {
        await Refused(new CreateProject("1", " ", Guid.Empty), "/id id.malformed", "/key key.malformed", "/name name.required");
        await Refused(new CreateProject(null!, null!), "/key key.required", "/name name.required");
        await Accepted(new CreateProject("ops", "Operations"));
    }

    [Fact]
    public async Task RenameProject_can_not_clear_the_name()
    {
        await Refused(new RenameProject(ProjectId.New(), null, new() { Name = new(null) }), "/name name.required");
        await Accepted(new RenameProject(ProjectId.New(), null, new()));
    }

    [Fact]
    public async Task Queries_are_refused_by_the_name_of_the_parameter()
    {
        await Refused(
            new ListTasks { Text = "", Limit = 0, Sort = "title", Label = ["home", "", "work"] },
            "text text.required",
            "label label.required",
            "limit limit.out_of_range",
            "sort sort.unknown");
        await Refused(new ListTasks { Label = FiftyOneLabels }, "label labels.too_many");
        await Refused(new ListProjects { Text = new string('x', 201), Limit = 201, Sort = "Key" }, "text text.too_long", "limit limit.out_of_range", "sort sort.unknown");
        await Refused(new GetTaskHistory(TaskId.New(), 0), "limit limit.out_of_range");
        await Refused(new GetProjectHistory(ProjectId.New(), 201), "limit limit.out_of_range");
    }

    [Fact]
    public async Task Queries_within_their_limits_are_read()
    {
        await Accepted(new ListTasks());
        await Accepted(new ListTasks { Limit = 1, Text = "milk", Label = ["home"] });
        await Accepted(new ListProjects { Limit = 200 });
        await Accepted(new GetTaskHistory(TaskId.New()));
        foreach (var sort in TaskSorts.All)
            await Accepted(new ListTasks { Sort = sort });
        foreach (var sort in ProjectSorts.All)
            await Accepted(new ListProjects { Sort = sort });
    }

    [Fact]
    public void Lists_sort_in_both_directions_by_what_the_documentation_says()
    {
        Assert.Equal(["created", "-created", "updated", "-updated", "due", "-due", "priority", "-priority"], TaskSorts.All);
        Assert.Equal(["key", "-key", "created", "-created", "updated", "-updated"], ProjectSorts.All);
    }

    private static UpdateTask Update(TaskPatch patch) => new(TaskId.New(), null, patch);

    private static async Task Refused<TRequest>(TRequest request, params string[] expected)
        where TRequest : IBaseRequest
    {
        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Send(request));

        Assert.Equal(expected, refusal.Errors.Select(error => $"{error.Pointer ?? error.Parameter} {error.Code}"));
        Assert.All(refusal.Errors, error =>
        {
            Assert.EndsWith(".", error.Detail, StringComparison.Ordinal);
            Assert.True(request is IQuery ? error.Pointer is null : error.Parameter is null);
        });
    }

    private static async Task Accepted<TRequest>(TRequest request)
        where TRequest : IBaseRequest =>
        Assert.Equal("handled", await Send(request));

    private static Task<string> Send<TRequest>(TRequest request)
        where TRequest : IBaseRequest
    {
        var validators = typeof(ApplicationServices).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IValidator<TRequest>)))
            .Select(type => (IValidator<TRequest>)Activator.CreateInstance(type)!);
        return new ValidationBehavior<TRequest, string>(validators).Handle(request, () => Task.FromResult("handled"), Ports.Token);
    }
}

using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Messaging;

namespace TaskManagement.Api.Tasks;

/// <summary>The tasks over HTTP.</summary>
internal sealed class TaskEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("Tasks");
        tasks.MapPost("", CreateTask).Creates<TaskDto>();
        tasks.MapGet("", ListTasks).ReadsPage<TaskDto>();
        tasks.MapGet("/{id}", GetTask).Reads<TaskDto>();
        tasks.MapPatch("/{id}", UpdateTask).Changes<TaskDto>();
        tasks.MapDelete("/{id}", DeleteTask).Deletes();
        tasks.MapPost("/{id}/start", StartTask).Changes<TaskDto>();
        tasks.MapPost("/{id}/complete", CompleteTask).Changes<TaskDto>();
        tasks.MapPost("/{id}/cancel", CancelTask).Changes<TaskDto>();
        tasks.MapPost("/{id}/reopen", ReopenTask).Changes<TaskDto>();
        tasks.MapPost("/{id}/restore", RestoreTask).Changes<TaskDto>();
        tasks.MapGet("/{id}/history", GetTaskHistory).ReadsPage<CloudEvent>();
    }

    /// <summary>Creates a task</summary>
    /// <remarks>The task is pending. In a project it gets the next key, such as OPS-42.</remarks>
    public static async Task<IResult> CreateTask(JsonBody<CreateTask, TaskDto> body, ISender sender, CancellationToken cancellationToken)
    {
        var task = (await sender.Send(body.Value, cancellationToken)).Value;
        return new Representation<TaskDto>(task, $"/api/v1/tasks/{task.Id}");
    }

    /// <summary>Lists tasks</summary>
    /// <remarks>Tasks must pass every filter that is given. Pages are found by key: any page costs what the first does, and a task is on one page only.</remarks>
    public static async Task<IResult> ListTasks([AsParameters] ListTasksParameters parameters, ISender sender, CancellationToken cancellationToken) =>
        new PageOf<TaskDto>(await sender.Send(parameters.ToQuery(), cancellationToken));

    /// <summary>Reads a task</summary>
    public static async Task<IResult> GetTask(
        TaskId id, ISender sender, CancellationToken cancellationToken, [FromQuery(Name = "includeDeleted")] bool? includeDeleted = null) =>
        new Representation<TaskDto>(await sender.Send(new GetTask(id, includeDeleted ?? false), cancellationToken));

    /// <summary>Edits a task</summary>
    /// <remarks>A JSON Merge Patch (RFC 7396): an absent member is left alone, null clears. The status changes by start, complete, cancel and reopen.</remarks>
    public static Task<IResult> UpdateTask(
        TaskId id, JsonBody<TaskPatch, TaskDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new UpdateTask(id, request.ExpectedVersion(), body.Value), cancellationToken);

    /// <summary>Deletes a task</summary>
    /// <remarks>It can be restored. Deleting it again changes nothing.</remarks>
    public static async Task<IResult> DeleteTask(
        TaskId id, HttpRequest request, ISender sender, CancellationToken cancellationToken, [FromQuery(Name = "reason")] string? reason = null)
    {
        await sender.Send(new DeleteTask(id, request.ExpectedVersion(), reason), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Begins work on a task</summary>
    /// <remarks>pending → in_progress.</remarks>
    public static Task<IResult> StartTask(
        TaskId id, JsonBody<NoMembers, TaskDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new StartTask(id, request.ExpectedVersion()), cancellationToken);

    /// <summary>Completes a task</summary>
    /// <remarks>in_progress → completed.</remarks>
    public static Task<IResult> CompleteTask(
        TaskId id, JsonBody<NoMembers, TaskDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new CompleteTask(id, request.ExpectedVersion()), cancellationToken);

    /// <summary>Cancels a task</summary>
    /// <remarks>pending or in_progress → cancelled.</remarks>
    public static Task<IResult> CancelTask(
        TaskId id, JsonBody<GivenReason, TaskDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new CancelTask(id, request.ExpectedVersion(), body.Value.Reason), cancellationToken);

    /// <summary>Reopens a task</summary>
    /// <remarks>completed or cancelled → pending.</remarks>
    public static Task<IResult> ReopenTask(
        TaskId id, JsonBody<NoMembers, TaskDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new ReopenTask(id, request.ExpectedVersion()), cancellationToken);

    /// <summary>Restores a deleted task</summary>
    public static Task<IResult> RestoreTask(
        TaskId id, JsonBody<NoMembers, TaskDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new RestoreTask(id, request.ExpectedVersion()), cancellationToken);

    /// <summary>Reads the history of a task</summary>
    /// <remarks>Its events as CloudEvents, from the first. A deleted task has a history too.</remarks>
    public static async Task<IResult> GetTaskHistory(
        TaskId id,
        ISender sender,
        IOptions<EventsOptions> options,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null)
    {
        var page = await sender.Send(new GetTaskHistory(id, limit ?? PageLimits.Default, cursor), cancellationToken);
        return new PageOf<CloudEvent>(page.Select(logged => CloudEvent.From(logged, options.Value.Source)));
    }
}

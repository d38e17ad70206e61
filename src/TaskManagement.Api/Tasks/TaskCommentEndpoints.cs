using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Api.Tasks;

/// <summary>What is said about tasks, and who watches them, over HTTP.</summary>
internal sealed class TaskCommentEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var task = api.MapGroup("/tasks/{id}").WithTags("Tasks");
        task.MapPost("/comments", CommentOnTask).Adds<TaskCommentDto>();
        task.MapGet("/comments", ListTaskComments).ReadsPage<TaskCommentDto>();
        task.MapPut("/watch", WatchTask).Ends();
        task.MapDelete("/watch", UnwatchTask).Ends();
        task.MapGet("/watchers", ListTaskWatchers).ReadsPage<TaskWatcherDto>();
    }

    /// <summary>Comments on a task</summary>
    /// <remarks>@ and the id of a person in the text mentions that person, who is told of it. The version of the task goes up.</remarks>
    public static async Task<IResult> CommentOnTask(
        TaskId id, JsonBody<NewComment, TaskCommentDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Created((string?)null, (await sender.Send(new CommentOnTask(id, body.Value.Text, body.Value.Id), cancellationToken)).Value);

    /// <summary>Lists the comments on a task</summary>
    /// <remarks>The oldest first.</remarks>
    public static async Task<IResult> ListTaskComments(
        TaskId id,
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null) =>
        new PageOf<TaskCommentDto>(await sender.Send(new ListTaskComments(id, limit ?? PageLimits.Default, cursor), cancellationToken));

    /// <summary>Watches a task</summary>
    /// <remarks>You are told what others do with it from then on. The task itself does not change, and neither does its version.</remarks>
    public static async Task<IResult> WatchTask(TaskId id, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(new WatchTask(id), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Stops watching a task</summary>
    public static async Task<IResult> UnwatchTask(TaskId id, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(new UnwatchTask(id), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Lists the people who watch a task</summary>
    /// <remarks>In the order in which they began to.</remarks>
    public static async Task<IResult> ListTaskWatchers(
        TaskId id,
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null) =>
        new PageOf<TaskWatcherDto>(await sender.Send(new ListTaskWatchers(id, limit ?? PageLimits.Default, cursor), cancellationToken));
}

/// <summary>A comment to be made.</summary>
/// <param name="Text">Markdown, 1–10,000 characters; @ and the id of a person mentions that person, at most 50 people.</param>
/// <param name="Id">A UUID of the caller's choice; a new UUIDv7 if absent.</param>
internal sealed record NewComment(string Text, Guid? Id = null);

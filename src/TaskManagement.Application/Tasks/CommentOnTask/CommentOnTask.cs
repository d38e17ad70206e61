using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Says something about a task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Text">Markdown, 1–10,000 characters. <c>@</c> and the id of a person mentions that person; at most 50 people.</param>
/// <param name="Id">A UUID of the caller's choice; a new UUIDv7 if absent.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Commenter)]
public sealed record CommentOnTask(TaskId TaskId, string Text, Guid? Id = null) : ICommand<TaskCommentDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class CommentOnTaskValidator : AbstractValidator<CommentOnTask>
{
    public CommentOnTaskValidator()
    {
        RuleFor(c => c.Id).IsUsableId();
        RuleFor(c => c.Text).Passes(CommentText.Check);
    }
}

internal sealed class CommentOnTaskHandler(ITaskRepository tasks, IChangeStamps stamps) : IRequestHandler<CommentOnTask, Saved<TaskCommentDto>>
{
    public async Task<Saved<TaskCommentDto>> Handle(CommentOnTask request, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(request.TaskId, expectedVersion: null, cancellationToken);
        var (id, text, stamp) = (request.Id is { } chosen ? new(chosen) : CommentId.New(), CommentText.From(request.Text), stamps.Now());
        task.Comment(id, text, stamp);
        return Saved.As(() => new TaskCommentDto(id.Value, task.Id.Value, text.Value, stamp.At, stamp.By.Value));
    }
}

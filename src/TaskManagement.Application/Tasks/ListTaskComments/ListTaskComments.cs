using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Lists the comments on a task, the oldest first.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Limit">The most to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record ListTaskComments(TaskId TaskId, int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<TaskCommentDto>>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class ListTaskCommentsValidator : AbstractValidator<ListTaskComments>
{
    public ListTaskCommentsValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListTaskCommentsHandler(IReadDatabase database) : IRequestHandler<ListTaskComments, Page<TaskCommentDto>>
{
    private const string ByCreation = "created";

    private static readonly ListSort<TaskComment, TaskCommentDto> Sort = new(
        new Keyset<TaskComment, DateTimeOffset, CommentId>(comment => comment.CreatedAt, comment => comment.Id, CursorTime.TryParse, CommentId.From),
        dto => CursorTime.Format(dto.CreatedAt),
        dto => dto.Id);

    public async Task<Page<TaskCommentDto>> Handle(ListTaskComments request, CancellationToken cancellationToken)
    {
        await database.EnsureShownAsync(request.TaskId, cancellationToken);
        var comments = database.TaskComments.Where(comment => comment.TaskId == request.TaskId);
        var rows = await Sort.Seek(comments, ByCreation, request.Cursor, request.Limit).Select(TaskCommentDto.Projection).ToListAsync(cancellationToken);
        return Sort.ToPage(rows, ByCreation, request.Limit);
    }
}

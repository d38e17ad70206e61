using System.Linq.Expressions;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>A comment as clients see it.</summary>
/// <param name="Id">The id, a UUID.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Text">What was said, in Markdown, 1–10,000 characters.</param>
/// <param name="CreatedAt">When it was said, in UTC.</param>
/// <param name="CreatedBy">Who said it.</param>
public sealed record TaskCommentDto(Guid Id, Guid TaskId, string Text, DateTimeOffset CreatedAt, string CreatedBy)
{
    internal static readonly Expression<Func<TaskComment, TaskCommentDto>> Projection = comment => new TaskCommentDto(
        comment.Id.Value, comment.TaskId.Value, comment.Text, comment.CreatedAt, comment.CreatedBy.Value);
}

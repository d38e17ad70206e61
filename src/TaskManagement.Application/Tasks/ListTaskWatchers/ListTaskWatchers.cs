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

/// <summary>Lists the people who watch a task, in the order in which they began to.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Limit">The most to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record ListTaskWatchers(TaskId TaskId, int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<TaskWatcherDto>>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class ListTaskWatchersValidator : AbstractValidator<ListTaskWatchers>
{
    public ListTaskWatchersValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListTaskWatchersHandler(IReadDatabase database) : IRequestHandler<ListTaskWatchers, Page<TaskWatcherDto>>
{
    private const string BySince = "since";

    private static readonly ListSort<TaskWatcher, TaskWatcherDto> Sort = new(
        new Keyset<TaskWatcher, DateTimeOffset, UserId>(watcher => watcher.Since, watcher => watcher.PersonId, CursorTime.TryParse, UserId.From),
        dto => CursorTime.Format(dto.Since),
        dto => dto.PersonId);

    public async Task<Page<TaskWatcherDto>> Handle(ListTaskWatchers request, CancellationToken cancellationToken)
    {
        await database.EnsureShownAsync(request.TaskId, cancellationToken);
        var rows = await Sort.Seek(database.TaskWatchers.Where(watcher => watcher.TaskId == request.TaskId), BySince, request.Cursor, request.Limit)
            .Select(watcher => new TaskWatcherDto(watcher.PersonId.Value, watcher.Since))
            .ToListAsync(cancellationToken);
        return Sort.ToPage(rows, BySince, request.Limit);
    }
}

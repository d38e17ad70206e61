using System.Linq.Expressions;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>The ways to sort tasks. Each has an index.</summary>
public static class TaskSorts
{
    /// <summary>Newest first.</summary>
    public const string Default = "-created";

    private static readonly Dictionary<string, ListSort<TaskItem, TaskDto>> Sorts = new(StringComparer.Ordinal)
    {
        ["created"] = ByTime(task => task.CreatedAt, dto => dto.CreatedAt),
        ["updated"] = ByTime(task => task.UpdatedAt, dto => dto.UpdatedAt),
        ["due"] = ByTime(task => task.DueOrder, dto => dto.DueAt ?? TaskItem.Undated),
        ["priority"] = By<TaskPriority>(task => task.Priority, dto => Words<TaskPriority>.Of(dto.Priority), Words<TaskPriority>.TryParse),
    };

    /// <summary>All sorts; a minus sign before the name reverses it. Tasks without a due date count as due after all others.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Sorts.Keys.SelectMany(name => new[] { name, "-" + name })];

    internal static ListSort<TaskItem, TaskDto> Of(string sort) => Sorts[sort.TrimStart('-')];

    private static ListSort<TaskItem, TaskDto> ByTime(Expression<Func<TaskItem, DateTimeOffset>> key, Func<TaskDto, DateTimeOffset> keyOf) =>
        By(key, dto => CursorTime.Format(keyOf(dto)), CursorTime.TryParse);

    private static ListSort<TaskItem, TaskDto> By<TKey>(
        Expression<Func<TaskItem, TKey>> key, Func<TaskDto, string> valueOf, Keyset<TaskItem, TKey, TaskId>.TryParse tryParse) =>
        new(new Keyset<TaskItem, TKey, TaskId>(key, task => task.Id, tryParse, TaskId.From), valueOf, dto => dto.Id);
}

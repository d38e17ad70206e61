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
        ["created"] = ByTime(task => task.CreatedAt, dto => dto.CreatedAt, isNearlyUnique: true),
        ["updated"] = ByTime(task => task.UpdatedAt, dto => dto.UpdatedAt, isNearlyUnique: true),
        ["due"] = ByTime(task => task.DueOrder, dto => dto.DueAt ?? TaskItem.Undated, isNearlyUnique: false),
        ["priority"] = By<TaskPriority>(task => task.Priority, dto => Words<TaskPriority>.Of(dto.Priority), Words<TaskPriority>.TryParse, isNearlyUnique: false),
    };

    /// <summary>All sorts; a minus sign before the name reverses it. Tasks without a due date count as due after all others.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Sorts.Keys.SelectMany(name => new[] { name, "-" + name })];

    internal static ListSort<TaskItem, TaskDto> Of(string sort) => Sorts[sort.TrimStart('-')];

    private static ListSort<TaskItem, TaskDto> ByTime(Expression<Func<TaskItem, DateTimeOffset>> key, Func<TaskDto, DateTimeOffset> keyOf, bool isNearlyUnique) =>
        By(key, dto => CursorTime.Format(keyOf(dto)), CursorTime.TryParse, isNearlyUnique);

    private static ListSort<TaskItem, TaskDto> By<TKey>(
        Expression<Func<TaskItem, TKey>> key, Func<TaskDto, string> valueOf, Keyset<TaskItem, TKey, TaskId>.TryParse tryParse, bool isNearlyUnique) =>
        new(new Keyset<TaskItem, TKey, TaskId>(key, task => task.Id, tryParse, TaskId.From, isNearlyUnique), valueOf, dto => dto.Id);
}

using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Application.Notifications;

/// <summary>A notification as its person sees it.</summary>
public sealed record NotificationDto
{
    /// <summary>The id, a UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it tells of.</summary>
    public required NotificationKind Kind { get; init; }

    /// <summary>Why it is this person who is told.</summary>
    public required Concern Because { get; init; }

    /// <summary>The task, as it is now.</summary>
    public required NotifiedTaskDto Task { get; init; }

    /// <summary>The comment, or null.</summary>
    public required Guid? CommentId { get; init; }

    /// <summary>Who did it.</summary>
    public required string Actor { get; init; }

    /// <summary>The event that it tells of.</summary>
    public required Guid EventId { get; init; }

    /// <summary>When that was, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was read, in UTC, or null.</summary>
    public required DateTimeOffset? ReadAt { get; init; }

    internal long Position { get; init; }
}

/// <summary>The task of a notification.</summary>
/// <param name="Id">The id.</param>
/// <param name="Key">Its key in its project, or null.</param>
/// <param name="Title">Its title.</param>
public sealed record NotifiedTaskDto(Guid Id, string? Key, string Title);

/// <summary>A page of notifications.</summary>
/// <param name="Items">The notifications.</param>
/// <param name="NextCursor">Where the next page begins, opaque; null on the last page.</param>
/// <param name="Unread">How many there are in all that are not read.</param>
public sealed record InboxDto(IReadOnlyList<NotificationDto> Items, string? NextCursor, int Unread)
{
    /// <summary>The page alone.</summary>
    public Page<NotificationDto> ToPage() => new(Items, NextCursor);
}

/// <summary>What is left to read.</summary>
/// <param name="Unread">How many there are that are not read.</param>
public sealed record UnreadDto(int Unread);

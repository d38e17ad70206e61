using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Notifications;

/// <summary>Lists what the caller, who must be a person, is notified of, the newest first.</summary>
/// <param name="Unread">true: only what is not read; false: only what is.</param>
/// <param name="Limit">The most to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.TasksRead)]
public sealed record ListNotifications(bool? Unread = null, int Limit = PageLimits.Default, string? Cursor = null) : IQuery<InboxDto>;

internal sealed class ListNotificationsValidator : AbstractValidator<ListNotifications>
{
    public ListNotificationsValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListNotificationsHandler(IReadDatabase database, ICallContext call) : IRequestHandler<ListNotifications, InboxDto>
{
    private const string NewestFirst = "-position";

    public async Task<InboxDto> Handle(ListNotifications request, CancellationToken cancellationToken)
    {
        var inbox = database.InboxOf(call.CallingPerson());
        var listed = inbox;
        if (request.Unread is { } unread)
            listed = unread ? inbox.Unread() : inbox.Where(entry => entry.Notification.ReadAt != null);
        if (request.Cursor is not null)
        {
            var before = PositionOf(request.Cursor);
            listed = listed.Where(entry => entry.Notification.Position < before);
        }

        // A person has one notification of an event at most, so the position alone tells them apart.
        var rows = await listed.OrderByDescending(entry => entry.Notification.Position).Take(request.Limit + 1).ToDtos().ToListAsync(cancellationToken);
        var items = rows.Take(request.Limit).ToList();
        return new(items, rows.Count > request.Limit ? CursorOf(items[^1]).Encode() : null, await inbox.Unread().CountAsync(cancellationToken));
    }

    private static Cursor CursorOf(NotificationDto last) => new(NewestFirst, last.Position.ToString(CultureInfo.InvariantCulture), last.Id);

    private static long PositionOf(string text) =>
        Cursor.Decode(text, NewestFirst) is { } cursor && long.TryParse(cursor.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw Cursor.Broken();
}

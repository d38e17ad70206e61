using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Notifications;

/// <summary>Has the caller, who must be a person, find a notification among those that are not read.</summary>
/// <param name="NotificationId">The notification.</param>
[Requires(Scopes.TasksRead)]
public sealed record MarkNotificationUnread(Guid NotificationId) : ICommand<NotificationDto>;

internal sealed class MarkNotificationUnreadValidator : AbstractValidator<MarkNotificationUnread>;

internal sealed class MarkNotificationUnreadHandler(IReadDatabase database, INotificationStore notifications, ICallContext call)
    : IRequestHandler<MarkNotificationUnread, Saved<NotificationDto>>
{
    public async Task<Saved<NotificationDto>> Handle(MarkNotificationUnread request, CancellationToken cancellationToken)
    {
        var shown = await database.InboxOf(call.CallingPerson()).GetAsync(request.NotificationId, cancellationToken);
        var notification = await notifications.GetAsync(shown.Id, cancellationToken);
        notification.MarkUnread();
        return Saved.As(() => shown with { ReadAt = notification.ReadAt });
    }
}

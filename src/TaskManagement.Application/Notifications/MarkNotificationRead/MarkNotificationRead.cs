using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Notifications;

/// <summary>Notes that the caller, who must be a person, has read a notification.</summary>
/// <param name="NotificationId">The notification.</param>
[Requires(Scopes.TasksRead)]
public sealed record MarkNotificationRead(Guid NotificationId) : ICommand<NotificationDto>;

internal sealed class MarkNotificationReadValidator : AbstractValidator<MarkNotificationRead>;

internal sealed class MarkNotificationReadHandler(IReadDatabase database, INotificationStore notifications, ICallContext call, IChangeStamps stamps)
    : IRequestHandler<MarkNotificationRead, Saved<NotificationDto>>
{
    public async Task<Saved<NotificationDto>> Handle(MarkNotificationRead request, CancellationToken cancellationToken)
    {
        var shown = await database.InboxOf(call.CallingPerson()).GetAsync(request.NotificationId, cancellationToken);
        var notification = await notifications.GetAsync(shown.Id, cancellationToken);
        notification.MarkRead(stamps.Now().At);
        return Saved.As(() => shown with { ReadAt = notification.ReadAt });
    }
}

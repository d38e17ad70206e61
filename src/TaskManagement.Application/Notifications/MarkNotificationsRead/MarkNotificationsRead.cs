using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Notifications;

/// <summary>Notes that the caller, who must be a person, has read a notification and all that are older. Those that come meanwhile are left alone.</summary>
/// <param name="UpTo">The notification.</param>
[Requires(Scopes.TasksRead)]
public sealed record MarkNotificationsRead(Guid UpTo) : ICommand<UnreadDto>;

internal sealed class MarkNotificationsReadValidator : AbstractValidator<MarkNotificationsRead>
{
    public MarkNotificationsReadValidator() =>
        RuleFor(c => c.UpTo).Passes(id => id == Guid.Empty ? new("up_to.required", "Say which is the last notification that was read.") : null);
}

internal sealed class MarkNotificationsReadHandler(IReadDatabase database, INotificationStore notifications, ICallContext call, IChangeStamps stamps)
    : IRequestHandler<MarkNotificationsRead, Saved<UnreadDto>>
{
    public async Task<Saved<UnreadDto>> Handle(MarkNotificationsRead request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        var last = await database.InboxOf(person).GetAsync(request.UpTo, cancellationToken);
        await notifications.MarkReadAsync(person, last.Position, stamps.Now().At, cancellationToken);
        var unread = await database.InboxOf(person).Unread().CountAsync(cancellationToken);
        return Saved.As(() => new UnreadDto(unread));
    }
}

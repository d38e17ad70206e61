using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Notifications;

/// <summary>Reads how the caller, who must be a person, is told of what.</summary>
[Requires(Scopes.TasksRead)]
public sealed record GetNotificationPreferences : IQuery<NotificationPreferencesDto>;

internal sealed class GetNotificationPreferencesValidator : AbstractValidator<GetNotificationPreferences>;

internal sealed class GetNotificationPreferencesHandler(IReadDatabase database, ICallContext call)
    : IRequestHandler<GetNotificationPreferences, NotificationPreferencesDto>
{
    public async Task<NotificationPreferencesDto> Handle(GetNotificationPreferences request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        return NotificationPreferencesDto.From(
            await database.NotificationPreferences.Where(preference => preference.PersonId == person).ToListAsync(cancellationToken));
    }
}

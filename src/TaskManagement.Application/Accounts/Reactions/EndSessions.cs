using MediatR;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Ends all sessions of a person with another password, or with an account that is disabled or deleted: in the same transaction, so none outlives it.</summary>
internal sealed class EndSessions(SessionEnds ends)
    : INotificationHandler<UserPasswordChangeSucceeded>,
        INotificationHandler<UserPasswordResetSucceeded>,
        INotificationHandler<UserDisabled>,
        INotificationHandler<UserDeleted>
{
    public Task Handle(UserPasswordChangeSucceeded notification, CancellationToken cancellationToken) =>
        ends.EndAllAsync(new(notification.UserId), SessionEndReason.PasswordChanged, cancellationToken);

    public Task Handle(UserPasswordResetSucceeded notification, CancellationToken cancellationToken) =>
        ends.EndAllAsync(new(notification.UserId), SessionEndReason.PasswordChanged, cancellationToken);

    public Task Handle(UserDisabled notification, CancellationToken cancellationToken) =>
        ends.EndAllAsync(new(notification.UserId), SessionEndReason.AccountDisabled, cancellationToken);

    public Task Handle(UserDeleted notification, CancellationToken cancellationToken) =>
        ends.EndAllAsync(new(notification.UserId), SessionEndReason.AccountDeleted, cancellationToken);
}

using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>Where notifications are kept. Changes are saved by the unit of work.</summary>
public interface INotificationStore
{
    /// <summary>How long they are kept once they are read.</summary>
    TimeSpan KeptFor { get; }

    /// <summary>Those of these ids that there are.</summary>
    Task<IReadOnlyCollection<Guid>> FindKnownAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>A notification.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    Task<Notification> GetAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Adds a notification.</summary>
    void Add(Notification notification);

    /// <summary>Marks all of a person's up to a position as read.</summary>
    /// <param name="person">The person.</param>
    /// <param name="position">The position.</param>
    /// <param name="at">When they are read.</param>
    /// <param name="cancellationToken">Ends the marking.</param>
    Task MarkReadAsync(UserId person, long position, DateTimeOffset at, CancellationToken cancellationToken);
}

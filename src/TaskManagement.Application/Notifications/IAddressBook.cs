using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>Knows where people get their mail.</summary>
public interface IAddressBook
{
    /// <summary>The mail address of a person, as <c>local-part@domain</c>; null if the person has none, or wants no mail.</summary>
    ValueTask<string?> FindAsync(UserId person, CancellationToken cancellationToken);
}

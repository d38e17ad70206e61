using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Something that keeps what is personal apart from the account. All of them are asked when an account is deleted.</summary>
public interface IPersonalData
{
    /// <summary>Erases what is kept of a person, in the transaction at hand. Ids may stay.</summary>
    Task EraseAsync(UserId person, CancellationToken cancellationToken);
}

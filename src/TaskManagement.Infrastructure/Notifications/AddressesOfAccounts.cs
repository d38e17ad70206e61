using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>
/// Gives everyone the confirmed address of their account, and no one whose account is deleted or disabled. Who never had an account here, since others
/// assign tasks to ids of their own, has an address that consists of the id and the domain of the configuration.
/// </summary>
internal sealed class AddressesOfAccounts(TaskManagementDbContext db, AddressesOfIds others) : IAddressBook
{
    public async ValueTask<string?> FindAsync(UserId person, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == person.Value, cancellationToken);
        if (account is null)
            return await others.FindAsync(person, cancellationToken);
        return account is { EmailConfirmed: true, IsDisabled: false, DeletedAt: null } ? account.Email : null;
    }
}

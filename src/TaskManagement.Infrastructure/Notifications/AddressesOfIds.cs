using Microsoft.Extensions.Options;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>Gives everyone an address that consists of their id and the domain of the configuration.</summary>
internal sealed class AddressesOfIds(IOptions<NotificationsOptions> options) : IAddressBook
{
    public ValueTask<string?> FindAsync(UserId person, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>($"{person}@{options.Value.Domain}");
}

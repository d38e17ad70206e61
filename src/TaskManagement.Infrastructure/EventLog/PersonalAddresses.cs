using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>The addresses from which a person called.</summary>
internal sealed class PersonalAddresses(IEventLogErasure log) : IPersonalData
{
    public Task EraseAsync(UserId person, CancellationToken cancellationToken) => log.EraseAddressesAsync(new($"user:{person}"), cancellationToken);
}

using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;

namespace TaskManagement.Application.Accounts;

/// <summary>Callers that are people.</summary>
internal static class Callers
{
    /// <summary>The account of the person who calls.</summary>
    /// <exception cref="ForbiddenException"><c>auth.not_a_person</c>: it is a program.</exception>
    /// <exception cref="NotFoundException">The person has no account here.</exception>
    public static async Task<KnownAccount> OfCallerAsync(this IAccounts accounts, ICallContext call, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        return await accounts.FindAsync(person, cancellationToken) ?? throw new NotFoundException("account", person);
    }
}

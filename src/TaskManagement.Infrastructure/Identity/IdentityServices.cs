using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Identity;

namespace TaskManagement.Infrastructure.Identity;

internal static class IdentityServices
{
    /// <summary>Registers accounts, sessions and tokens.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BootstrapOptions>(configuration, BootstrapOptions.Section);
        services.AddSettings<AccountsOptions>(configuration, AccountsOptions.Section);
        services.AddScoped<Bootstrap>();

        services.AddSingleton<TokenUses>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenUses>());
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<IAccessTokens>(provider => provider.GetRequiredService<AccessTokens>());
        services.AddScoped<IAccessTokenRepository, AccessTokenRepository>();

        // Without data protection, whose keys would lie on disk: codes that are mailed are random and kept as hashes.
        services.AddIdentityCore<Account>().AddUserStore<AccountStore>()
            .AddTokenProvider<AuthenticatorTokenProvider<Account>>(TokenOptions.DefaultAuthenticatorProvider);
        // An account has no user name, and its address is checked by the domain and kept apart by an index.
        services.RemoveAll<IUserValidator<Account>>();
        services.AddScoped<IAccounts, Accounts>();
        services.AddScoped<ITotp, Totp>();
        services.AddScoped<ISessions, Sessions>();
        services.AddScoped<IOneTimeCodes, OneTimeCodes>();
        services.AddScoped<IPasswordAttempts, PasswordAttempts>();
        services.AddSingleton<IPasswords, Passwords>();
        services.AddSingleton<ISecrets, Secrets>();
        services.AddSingleton<IdentityCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<IdentityCleanup>());
        return services;
    }
}

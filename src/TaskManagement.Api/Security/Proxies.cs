using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using TaskManagement.Infrastructure;

namespace TaskManagement.Api.Security;

/// <summary>Gives a request that came through proxies the address of the client: the last one in <c>X-Forwarded-For</c> that is not itself a proxy's.</summary>
internal static class Proxies
{
    public static IServiceCollection AddProxies(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ProxiesOptions>(configuration, ProxiesOptions.Section);
        return services;
    }

    public static void UseProxies(this WebApplication app)
    {
        var networks = app.Services.GetRequiredService<IOptions<ProxiesOptions>>().Value.Networks;
        if (networks.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}

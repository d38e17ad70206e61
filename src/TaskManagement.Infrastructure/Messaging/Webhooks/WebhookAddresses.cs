using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>
/// Which addresses webhooks may call. Whoever may create a webhook could else reach, with the service's rights, what only the service can reach:
/// its own machine, its network, the metadata of its cloud.
/// </summary>
internal sealed class WebhookAddresses(IOptions<WebhooksOptions> options) : IWebhookAddresses
{
    private static readonly TimeSpan PatienceWithNames = TimeSpan.FromSeconds(5);

    // IANA's registries of special-purpose addresses: everything that is not globally reachable, and multicast.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    // All of IPv6 that is given out for the public internet lies here; the address of a translator (NAT64) has an IPv4 address at its end.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    private readonly IReadOnlyList<IPNetwork> _allowed = options.Value.PrivateNetworks;

    /// <summary>Whether an address may be called.</summary>
    public bool Admits(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return Admits(address.MapToIPv4());
        if (_allowed.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)))
            return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(address))
            return Translated.Contains(address) && Admits(new IPAddress(address.GetAddressBytes()[12..]));
        return !Special.Any(network => network.Contains(address));
    }

    public async Task<ValueError?> CheckAsync(WebhookUrl url, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PatienceWithNames);
        try
        {
            await ResolveAsync(url.Uri.DnsSafeHost, limit.Token);
            return null;
        }
        catch (AddressRefusedException refused)
        {
            return new("url.refused", refused.Message);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // What it means can be known later only, and is checked at every call.
            return null;
        }
    }

    /// <summary>The addresses of a host that may be called.</summary>
    /// <exception cref="AddressRefusedException">It has addresses that may not: then none of them is called, since names that mean both are a trick.</exception>
    /// <exception cref="SocketException">The name can't be resolved.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // In the brackets of a URL an IPv6 address may name an interface of this machine.
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        return Array.Find(addresses, address => !Admits(address)) is { } refused ? throw new AddressRefusedException(host, refused) : addresses;
    }

    /// <summary>Connects to a host at an address that was checked.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The address of a host is none that webhooks may call.</summary>
internal sealed class AddressRefusedException(string host, IPAddress address) : Exception(
    $"{host} is at {address}, which is not an address of the public internet. The setting Webhooks:AllowPrivateNetworks can admit it.");

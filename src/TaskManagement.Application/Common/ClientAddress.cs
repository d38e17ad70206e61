using System.Net;
using System.Net.Sockets;

namespace TaskManagement.Application.Common;

/// <summary>The one form in which the addresses of clients are written, so that equal addresses are equal texts.</summary>
public static class ClientAddress
{
    /// <summary>The longest text, in characters.</summary>
    public const int MaxLength = 45;

    /// <summary>An address as text: IPv4 that is mapped to IPv6 as IPv4, and without the interface of the machine that it was seen on.</summary>
    public static string Format(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return (address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()) : address).ToString();
    }

    /// <summary>The form of an address that someone wrote; null if it is none, or one of the older spellings of IPv4 that few would read alike.</summary>
    public static string? Canonical(string? text)
    {
        if (text is null || text.AsSpan().ContainsAny("[]%") || !IPAddress.TryParse(text, out var address))
            return null;
        var canonical = Format(address);
        return address.AddressFamily == AddressFamily.InterNetworkV6 || string.Equals(canonical, text, StringComparison.Ordinal) ? canonical : null;
    }
}

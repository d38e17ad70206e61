using System.Security.Cryptography;
using System.Text;

namespace TaskManagement.Application.Common;

/// <summary>The ids of what has a name instead of an id: the same for the same name, on every node and for good.</summary>
public static class NamedIds
{
    /// <summary>The id of a thing that has a name.</summary>
    /// <param name="kind">The kind of thing.</param>
    /// <param name="name">The name within that kind.</param>
    public static Guid Of(string kind, string name)
    {
        // A UUID of version 8 (RFC 9562): the first 16 bytes of the hash, with version and variant written over.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}:{name}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash, bigEndian: true);
    }
}

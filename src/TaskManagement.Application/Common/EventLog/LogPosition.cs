using System.Buffers.Binary;
using System.Buffers.Text;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// A place in the order in which all events were committed, as clients see it: an opaque word, so that no one counts on what the numbers are.
/// </summary>
/// <param name="Value">The position; 0 is before the first event.</param>
public readonly record struct LogPosition(long Value)
{
    // The first byte tells our words from those of others, and from those of a later form.
    private const byte Form = 0xA9;
    private const int Length = 12;

    /// <summary>Reads the opaque word.</summary>
    public static LogPosition? Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[9];
        if (text is not { Length: Length } || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Form)
            return null;
        var value = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        return value >= 0 ? new(value) : null;
    }

    /// <summary>The opaque word.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = Form;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Value);
        return Base64Url.EncodeToString(bytes);
    }
}

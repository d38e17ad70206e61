using System.Buffers.Text;
using System.Text;

namespace TaskManagement.Application.Common.Paging;

/// <summary>
/// Where a page ended: the sort, the value it ended with, and the id that tells equal values apart.
/// Clients see it as one opaque word.
/// </summary>
/// <param name="Sort">The sort it belongs to, such as <c>-created</c>.</param>
/// <param name="Value">The last value, in the sort's own form.</param>
/// <param name="Id">The last id.</param>
internal sealed record Cursor(string Sort, string Value, Guid Id)
{
    private const int MaxLength = 256;

    /// <summary>The opaque word.</summary>
    public string Encode() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Sort}|{Value}|{Id:N}"));

    /// <summary>Reads the opaque word; null if it is not one that this service wrote for this sort.</summary>
    public static Cursor? Decode(string text, string sort)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
            return null;
        // The id comes last and has a fixed length, so that a word that was cut off is not taken for another.
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|', 3);
        if (parts.Length != 3 || !string.Equals(parts[0], sort, StringComparison.Ordinal) || !Guid.TryParseExact(parts[2], "N", out var id))
            return null;
        var cursor = new Cursor(sort, parts[1], id);
        return string.Equals(cursor.Encode(), text, StringComparison.Ordinal) ? cursor : null;
    }

    /// <summary>The error for a cursor that can't be read.</summary>
    public static InvalidRequestException Broken() =>
        new(new RequestError("cursor.malformed", "The cursor is not one that this list gave out for this sort.", Parameter: "cursor"));
}

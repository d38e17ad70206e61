using System.Globalization;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common;

/// <summary>Text that lists are searched for: 1–200 characters, compared without case.</summary>
internal static class SearchText
{
    /// <summary>What it may hold.</summary>
    public static readonly TextRule Rule = new("text", 200);

    /// <summary>The text as it is compared with the lower-cased column.</summary>
    public static string Fold(string text) => text.Trim().ToLower(CultureInfo.InvariantCulture);
}

namespace TaskManagement.Application.Common.Paging;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">The type of its items.</typeparam>
/// <param name="Items">The items.</param>
/// <param name="NextCursor">Where the next page begins, opaque; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>The page with each item turned into another.</summary>
    public Page<TOther> Select<TOther>(Func<T, TOther> map) => new([.. Items.Select(map)], NextCursor);
}

/// <summary>How long pages may be.</summary>
public static class PageLimits
{
    /// <summary>The length where none is asked for.</summary>
    public const int Default = 50;

    /// <summary>The greatest length.</summary>
    public const int Max = 200;
}

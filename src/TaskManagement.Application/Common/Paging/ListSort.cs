namespace TaskManagement.Application.Common.Paging;

/// <summary>A way to sort a list, and to page through it in that order.</summary>
/// <typeparam name="T">The type of the rows.</typeparam>
/// <typeparam name="TDto">What is listed.</typeparam>
/// <param name="Keyset">How pages are found.</param>
/// <param name="ValueOf">The sort value of a listed item, as cursors carry it.</param>
/// <param name="IdOf">The id of a listed item.</param>
internal sealed record ListSort<T, TDto>(IKeyset<T> Keyset, Func<TDto, string> ValueOf, Func<TDto, Guid> IdOf)
{
    /// <summary>The rows of a page, and one more if there is one.</summary>
    /// <exception cref="InvalidRequestException">The cursor is not one of this sort.</exception>
    public IQueryable<T> Seek(IQueryable<T> source, string sort, string? cursor, int limit)
    {
        var after = cursor is null ? null : Cursor.Decode(cursor, sort) ?? throw Cursor.Broken();
        return Keyset.Seek(source, after, descending: sort.StartsWith('-'), limit);
    }

    /// <summary>The page that was found.</summary>
    public Page<TDto> ToPage(List<TDto> rows, string sort, int limit)
    {
        if (rows.Count <= limit)
            return new(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        var last = rows[^1];
        return new(rows, new Cursor(sort, ValueOf(last), IdOf(last)).Encode());
    }
}

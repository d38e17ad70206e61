using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Query;

namespace TaskManagement.Application.Common.Paging;

/// <summary>One way to sort a list by an indexed key and the id, and to find any page of it without reading what comes before.</summary>
/// <typeparam name="T">The type of the rows.</typeparam>
internal interface IKeyset<T>
{
    /// <summary>The rows after a cursor, or the first ones; in order, one more than the limit so that the end is seen.</summary>
    /// <exception cref="InvalidRequestException">The cursor's value is not one of this sort.</exception>
    IQueryable<T> Seek(IQueryable<T> source, Cursor? after, bool descending, int limit);
}

/// <inheritdoc cref="IKeyset{T}" />
/// <typeparam name="T">The type of the rows.</typeparam>
/// <typeparam name="TKey">The type of the sort key.</typeparam>
/// <typeparam name="TId">The type of the id.</typeparam>
/// <param name="key">The sort key.</param>
/// <param name="id">What orders rows of one key.</param>
/// <param name="parseKey">Reads a key as cursors carry it.</param>
/// <param name="parseId">Makes an id of the cursor's.</param>
/// <param name="isNearlyUnique">Whether few rows share a key: a page then passes over those of the last key that it is beyond.</param>
internal sealed class Keyset<T, TKey, TId>(
    Expression<Func<T, TKey>> key,
    Expression<Func<T, TId>> id,
    Keyset<T, TKey, TId>.TryParse parseKey,
    Func<Guid, TId> parseId,
    bool isNearlyUnique = false) : IKeyset<T>
{
    /// <summary>Reads a sort value as cursors carry it.</summary>
    public delegate bool TryParse(string text, out TKey value);

    public IQueryable<T> Seek(IQueryable<T> source, Cursor? after, bool descending, int limit)
    {
        if (after is null)
            return Sort(source, descending).Take(limit + 1);

        if (!parseKey(after.Value, out var parsed))
            throw Cursor.Broken();

        var value = new Box<TKey>(parsed);
        var lastId = new Box<TId>(parseId(after.Id));
        if (isNearlyUnique)
            return Sort(source.Where(From(key, value, descending)).Where(Either(Beyond(key, value, descending), Beyond(id, lastId, descending))), descending).Take(limit + 1);

        // Two ranges of the index, each found by one seek: the rest of the rows that share the last value, and those beyond it.
        // In one range those of its rows that earlier pages had would be read again and again.
        var ties = source.Where(Compare(ExpressionType.Equal, key, value)).Where(Beyond(id, lastId, descending));
        var rest = source.Where(Beyond(key, value, descending));
        // They have no row in common. Union and not Concat, all the same: only of distinct rows can a projection read collections.
        return Sort(Sort(ties, descending).Take(limit + 1).Union(Sort(rest, descending).Take(limit + 1)), descending).Take(limit + 1);
    }

    private IQueryable<T> Sort(IQueryable<T> source, bool descending) =>
        descending ? source.OrderByDescending(key).ThenByDescending(id) : source.OrderBy(key).ThenBy(id);

    private static Expression<Func<T, bool>> Beyond<TValue>(Expression<Func<T, TValue>> selector, Box<TValue> value, bool descending) =>
        Compare(descending ? ExpressionType.LessThan : ExpressionType.GreaterThan, selector, value);

    private static Expression<Func<T, bool>> From<TValue>(Expression<Func<T, TValue>> selector, Box<TValue> value, bool descending) =>
        Compare(descending ? ExpressionType.LessThanOrEqual : ExpressionType.GreaterThanOrEqual, selector, value);

    private static Expression<Func<T, bool>> Either(Expression<Func<T, bool>> one, Expression<Func<T, bool>> other) =>
        Expression.Lambda<Func<T, bool>>(
            Expression.OrElse(one.Body, ReplacingExpressionVisitor.Replace(other.Parameters[0], one.Parameters[0], other.Body)), one.Parameters);

    private static Expression<Func<T, bool>> Compare<TValue>(ExpressionType comparison, Expression<Func<T, TValue>> selector, Box<TValue> value)
    {
        // A member of a captured object becomes a parameter of the statement, where a constant would make every page a new one.
        Expression left = selector.Body;
        Expression right = Expression.Property(Expression.Constant(value), nameof(Box<>.Value));
        // C# orders enums only as numbers; sorted they are as they stand, since a converted column has no index.
        if (typeof(TValue).IsEnum)
            (left, right) = (Expression.Convert(left, typeof(int)), Expression.Convert(right, typeof(int)));
        if (typeof(TValue) == typeof(string) && comparison != ExpressionType.Equal)
        {
            left = Expression.Call(typeof(string), nameof(string.Compare), null, left, right);
            right = Expression.Constant(0);
        }

        return Expression.Lambda<Func<T, bool>>(Expression.MakeBinary(comparison, left, right), selector.Parameters);
    }

    private sealed record Box<TValue>(TValue Value);
}

/// <summary>Times as cursors carry them.</summary>
internal static class CursorTime
{
    public static string Format(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        var read = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        time = read ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return read;
    }
}

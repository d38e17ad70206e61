using System.Collections;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>Compares a row with what it should be, and the rows that belong to it: every column of the model, those that come later too.</summary>
/// <param name="findings">Takes what differs.</param>
internal sealed class RowComparison(Findings findings)
{
    public void Compare(string subject, IEntityType type, object stored, object rebuilt, Func<IReadOnlyProperty, object?> byLog)
    {
        foreach (var column in Columns(type))
        {
            var (kept, made) = (column.PropertyInfo!.GetValue(stored), byLog(column));
            if (!Equals(kept, made))
                findings.AddValue(subject, column.GetColumnName(), kept, made);
        }

        foreach (var owned in type.GetNavigations().Where(navigation => navigation is { IsCollection: true, ForeignKey.IsOwnership: true }))
            CompareOwned(subject, owned, stored, rebuilt);
    }

    private void CompareOwned(string subject, INavigation owned, object stored, object rebuilt)
    {
        var type = owned.TargetEntityType;
        var (rows, made) = (Rows(owned, stored), Rows(owned, rebuilt));
        foreach (var (key, row) in rows)
        {
            var part = $"{type.GetTableName()} {key} of {subject}";
            if (made.Remove(key, out var other))
                Compare(part, type, row, other, column => column.PropertyInfo!.GetValue(other));
            else
                findings.AddUnexpectedRow(part);
        }

        foreach (var key in made.Keys)
            findings.AddMissingRow($"{type.GetTableName()} {key} of {subject}");
    }

    /// <summary>The rows by what tells them apart among those of one owner.</summary>
    private static Dictionary<string, object> Rows(INavigation owned, object owner)
    {
        var keys = Columns(owned.TargetEntityType).Where(column => column.IsPrimaryKey()).ToList();
        var rows = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var row in (IEnumerable)owned.PropertyInfo!.GetValue(owner)!)
            rows.TryAdd(string.Join(' ', keys.Select(key => key.PropertyInfo!.GetValue(row))), row);
        return rows;
    }

    /// <summary>The columns that are properties; the others are keys by which a row belongs to its owner.</summary>
    private static IEnumerable<IProperty> Columns(IEntityType type) => type.GetProperties().Where(property => property.PropertyInfo is not null);
}

using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>Binds queries, the tables that they read from, and what they select.</summary>
/// <param name="names">What names stand for.</param>
/// <param name="faults">What is wrong.</param>
/// <param name="expressions">Binds the expressions in them, and the queries in those.</param>
internal sealed class QueryBinder(NameBinder names, FaultList faults, TSqlFragmentVisitor expressions)
{
    public IReadOnlyList<ResultColumn> Bind(QueryExpression query) => names.Within(() =>
    {
        var columns = query switch
        {
            QuerySpecification specification => BindSpecification(specification),
            BinaryQueryExpression both => BindBoth(both),
            _ => [],
        };
        if (columns.Count == 0)
            faults.NotUnderstood(query);
        names.Scope.Selected = columns;
        query.OrderByClause?.Accept(expressions);
        query.OffsetClause?.Accept(expressions);
        return columns;
    });

    public List<ResultColumn> BindSelected(IList<SelectElement> elements)
    {
        var columns = new List<ResultColumn>();
        foreach (var element in elements)
        {
            switch (element)
            {
                case SelectScalarExpression { Expression: ColumnReferenceExpression reference } scalar:
                    var column = names.Resolve(reference) ?? new(null, null, reference);
                    columns.Add(scalar.ColumnName is { } alias ? column with { Name = alias.Value } : column);
                    break;
                case SelectScalarExpression scalar:
                    scalar.Expression.Accept(expressions);
                    columns.Add(new(scalar.ColumnName?.Value, null, scalar.Expression));
                    break;
                case SelectSetVariable set:
                    set.Accept(expressions);
                    columns.Add(new(set.Variable.Name, null, set.Expression));
                    break;
                case SelectStarExpression { Qualifier: null }:
                    columns.AddRange(names.Scope.Sources.SelectMany(source => source.Columns));
                    break;
                default:
                    faults.NotUnderstood(element);
                    break;
            }
        }

        return columns;
    }

    /// <summary>Adds what a table reference brings to the scope; returns how many rows it has, where the text says so.</summary>
    public int? BindTable(TableReference reference)
    {
        switch (reference)
        {
            case NamedTableReference named:
                names.AddSource(names.TableOf(named));
                return null;
            case VariableTableReference variable:
                names.AddSource(names.TableOf(variable) with { Name = variable.Alias?.Value ?? variable.Variable.Name });
                return null;
            case QueryDerivedTable derived:
                BindDerived(derived);
                return null;
            case InlineDerivedTable inline:
                var rows = names.Beside(() => BindRows(inline.RowValues, inline.Columns.Count));
                names.AddSource(new(inline.Alias.Value, [.. inline.Columns.Select(column => new ResultColumn(column.Value, null, null))]));
                return rows;
            case QualifiedJoin join:
                BindTable(join.FirstTableReference);
                BindTable(join.SecondTableReference);
                join.SearchCondition.Accept(expressions);
                return null;
            default:
                faults.NotUnderstood(reference);
                return null;
        }
    }

    public int BindRows(IList<RowValue> rows, int width)
    {
        foreach (var row in rows)
        {
            if (row.ColumnValues.Count != width)
                faults.Add($"A row has {row.ColumnValues.Count} values for {width} columns.");
            row.Accept(expressions);
        }

        return rows.Count;
    }

    private IReadOnlyList<ResultColumn> BindBoth(BinaryQueryExpression both)
    {
        var (first, second) = (Bind(both.FirstQueryExpression), Bind(both.SecondQueryExpression));
        if (first.Count != second.Count)
            faults.Add($"{both.BinaryQueryExpressionType} joins {first.Count} columns with {second.Count}.");
        return first;
    }

    private List<ResultColumn> BindSpecification(QuerySpecification query)
    {
        foreach (var table in query.FromClause?.TableReferences ?? [])
            BindTable(table);
        query.TopRowFilter?.Accept(expressions);
        query.WhereClause?.Accept(expressions);
        query.GroupByClause?.Accept(expressions);
        query.HavingClause?.Accept(expressions);
        return BindSelected(query.SelectElements);
    }

    private void BindDerived(QueryDerivedTable derived)
    {
        var columns = names.Beside(() => Bind(derived.QueryExpression));
        if (derived.Columns.Count > 0)
            faults.NotUnderstood(derived);
        if (columns.Any(column => column.Name is null) || columns.DistinctBy(column => column.Name).Count() < columns.Count)
            faults.Add($"The columns of {derived.Alias.Value} don't all have names of their own.");
        names.AddSource(new(derived.Alias.Value, columns));
    }
}

using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>Binds the statements that change rows. Each gives its OUTPUT, or null if it has none.</summary>
/// <param name="names">What names stand for.</param>
/// <param name="queries">Binds what they read.</param>
/// <param name="faults">What is wrong.</param>
/// <param name="expressions">Binds the expressions in them.</param>
internal sealed class ChangeBinder(NameBinder names, QueryBinder queries, FaultList faults, TSqlFragmentVisitor expressions)
{
    public ResultSet? Bind(InsertSpecification node)
    {
        var target = names.TableOf(node.Target);
        return names.Within(() =>
        {
            BindTargetColumns(node.Columns, target);
            switch (node.InsertSource)
            {
                case ValuesInsertSource values:
                    return BindOutput(node, target, queries.BindRows(values.RowValues, node.Columns.Count));
                case SelectInsertSource select:
                    BindSelectedRows(select.Select, node.Columns.Count);
                    return BindOutput(node, target, rows: null);
                default:
                    faults.NotUnderstood(node.InsertSource);
                    return null;
            }
        });
    }

    public ResultSet? Bind(UpdateSpecification node) => BindChange(node, node.FromClause, node.WhereClause, node.SetClauses);

    public ResultSet? Bind(DeleteSpecification node) => BindChange(node, node.FromClause, node.WhereClause, []);

    public ResultSet? Bind(MergeSpecification node)
    {
        var target = names.TableOf(node.Target);
        return names.Within(() =>
        {
            names.AddSource(target with { Name = node.TableAlias?.Value ?? target.Name });
            var rows = queries.BindTable(node.TableReference);
            node.SearchCondition.Accept(expressions);
            foreach (var clause in node.ActionClauses)
            {
                clause.SearchCondition?.Accept(expressions);
                if (clause.Action is InsertMergeAction insert)
                {
                    BindTargetColumns(insert.Columns, target);
                    queries.BindRows(insert.Source.RowValues, insert.Columns.Count);
                }
                else
                {
                    faults.NotUnderstood(clause.Action);
                }
            }

            return BindOutput(node, target, rows);
        });
    }

    private ResultSet? BindChange(UpdateDeleteSpecificationBase node, FromClause? from, WhereClause? where, IList<SetClause> sets) => names.Within(() =>
    {
        foreach (var table in from?.TableReferences ?? [])
            queries.BindTable(table);
        var target = BindTarget(node.Target, from);
        foreach (var set in sets)
        {
            if (set is AssignmentSetClause { Column: { } column, NewValue: var value })
            {
                BindTargetColumns([column], target);
                value.Accept(expressions);
            }
            else
            {
                faults.NotUnderstood(set);
            }
        }

        node.TopRowFilter?.Accept(expressions);
        where?.Accept(expressions);
        return BindOutput(node, target, rows: null);
    });

    /// <summary>The target is one of the tables that are read, or stands for itself.</summary>
    private RowSource BindTarget(TableReference reference, FromClause? from)
    {
        var name = (reference as NamedTableReference)?.SchemaObject.BaseIdentifier.Value;
        if (names.Scope.Sources.Find(source => source.Name == name) is { } read)
            return read;
        var target = names.TableOf(reference);
        if (from is null)
            names.AddSource(target);
        return target;
    }

    private void BindTargetColumns(IEnumerable<ColumnReferenceExpression> columns, RowSource target)
    {
        foreach (var column in columns)
            names.ColumnOf(target, column.MultiPartIdentifier.Identifiers[^1].Value);
    }

    private void BindSelectedRows(QueryExpression query, int width)
    {
        var columns = queries.Bind(query);
        if (columns.Count != width)
            faults.Add($"{columns.Count} columns are selected for {width}.");
    }

    private ResultSet? BindOutput(DataModificationSpecification node, RowSource target, int? rows)
    {
        if (node.OutputIntoClause is not null)
            faults.NotUnderstood(node.OutputIntoClause);
        if (node.OutputClause is null)
            return null;
        return names.Within(() =>
        {
            names.AddSource(target with { Name = "INSERTED" });
            names.AddSource(target with { Name = "DELETED" });
            return new ResultSet(queries.BindSelected(node.OutputClause.SelectColumns), rows);
        });
    }
}

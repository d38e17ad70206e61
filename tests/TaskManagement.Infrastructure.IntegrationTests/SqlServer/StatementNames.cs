using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>Says in a few words what a statement does.</summary>
internal static class StatementNames
{
    /// <summary>What a statement does, such as <c>SELECT</c> or <c>INSERT tasks</c>.</summary>
    public static string Of(TSqlStatement node) => node switch
    {
        SelectStatement => "SELECT",
        InsertStatement insert => "INSERT " + TargetOf(insert.InsertSpecification.Target),
        MergeStatement merge => "MERGE " + TargetOf(merge.MergeSpecification.Target),
        UpdateStatement { UpdateSpecification: var update } => "UPDATE " + TargetOf(update.Target, update.FromClause),
        DeleteStatement { DeleteSpecification: var delete } => "DELETE " + TargetOf(delete.Target, delete.FromClause),
        _ => node.GetType().Name.Replace("Statement", "", StringComparison.Ordinal),
    };

    private static string TargetOf(TableReference target, FromClause? from = null)
    {
        if (target is VariableTableReference { Variable.Name: var variable })
            return variable;
        var name = (target as NamedTableReference)?.SchemaObject.BaseIdentifier.Value ?? target.GetType().Name;
        var aliases = new AliasFinder(name);
        from?.Accept(aliases);
        return aliases.Found ?? name;
    }

    private sealed class AliasFinder(string alias) : TSqlFragmentVisitor
    {
        public string? Found { get; private set; }

        public override void Visit(NamedTableReference node)
        {
            if (node.Alias?.Value == alias)
                Found = node.SchemaObject.BaseIdentifier.Value;
        }
    }
}

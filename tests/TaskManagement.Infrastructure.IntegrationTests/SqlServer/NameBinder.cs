using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>Knows what names stand for at the place that is being read: tables, their columns, variables.</summary>
internal sealed class NameBinder(Catalogue catalogue, IEnumerable<string> parameters, FaultList faults)
{
    private readonly HashSet<string> _variables = new(parameters.Select(name => "@" + name.TrimStart('@')), StringComparer.Ordinal);
    private readonly Dictionary<string, RowSource> _tableVariables = new(StringComparer.Ordinal);
    private NameScope? _scope;

    /// <summary>What may be named at this place.</summary>
    public NameScope Scope => _scope!;

    /// <summary>Binds what has sources of its own, and sees those around it.</summary>
    public T Within<T>(Func<T> bind) => In(new(_scope), bind);

    /// <inheritdoc cref="Within{T}"/>
    public void Within(Action bind) => Within(() =>
    {
        bind();
        return true;
    });

    /// <summary>Binds what stands among the sources of this place and does not see those beside it.</summary>
    public T Beside<T>(Func<T> bind) => In(_scope!.Outer, bind);

    public void AddSource(RowSource source)
    {
        if (_scope!.Sources.Exists(other => other.Name == source.Name))
            faults.Add($"{source.Name} stands for two tables.");
        _scope.Sources.Add(source);
    }

    public void Declare(string variable) => _variables.Add(variable);

    public void Declare(DeclareTableVariableBody table)
    {
        var name = table.VariableName.Value;
        _tableVariables.Add(name, new(name, [.. table.Definition.ColumnDefinitions.Select(column => new ResultColumn(column.ColumnIdentifier.Value, null, null))]));
    }

    public void Resolve(VariableReference variable)
    {
        if (!_variables.Contains(variable.Name))
            faults.Add($"There is no variable {variable.Name}.");
    }

    public ResultColumn? Resolve(ColumnReferenceExpression reference)
    {
        if (reference.ColumnType == ColumnType.Wildcard)
            return null;
        if (reference.ColumnType != ColumnType.Regular || reference.MultiPartIdentifier.Count > 2)
        {
            faults.NotUnderstood(reference);
            return null;
        }

        var name = reference.MultiPartIdentifier.Identifiers[^1].Value;
        return reference.MultiPartIdentifier.Count == 2
            ? ResolveQualified(reference.MultiPartIdentifier.Identifiers[0].Value, name)
            : ResolveAlone(name);
    }

    public RowSource TableOf(TableReference reference)
    {
        if (reference is NamedTableReference named)
            return TableOf(named.SchemaObject, named.Alias?.Value);
        if (reference is VariableTableReference { Variable.Name: var variable } && _tableVariables.TryGetValue(variable, out var declared))
            return declared;
        faults.NotUnderstood(reference);
        return new("", []);
    }

    public RowSource TableOf(SchemaObjectName name, string? alias)
    {
        var columns = catalogue.Find(name);
        if (columns is null)
            faults.Add($"There is no table {string.Join('.', name.Identifiers.Select(part => part.Value))}.");
        return new(alias ?? name.BaseIdentifier.Value, [.. (columns ?? []).Select(column => new ResultColumn(column.Name, column, null))]);
    }

    public ResultColumn? ColumnOf(RowSource source, string name)
    {
        var column = source.Columns.FirstOrDefault(column => column.Name == name);
        if (column is null)
            faults.Add($"{source.Name} has no column {name}.");
        return column;
    }

    private T In<T>(NameScope? scope, Func<T> bind)
    {
        var outer = _scope;
        _scope = scope;
        var bound = bind();
        _scope = outer;
        return bound;
    }

    private ResultColumn? ResolveQualified(string alias, string name)
    {
        for (var scope = _scope; scope is not null; scope = scope.Outer)
        {
            if (scope.Sources.Find(source => source.Name == alias) is { } source)
                return ColumnOf(source, name);
        }

        faults.Add($"{alias} in {alias}.{name} stands for nothing.");
        return null;
    }

    private ResultColumn? ResolveAlone(string name)
    {
        for (var scope = _scope; scope is not null; scope = scope.Outer)
        {
            if (scope.Selected.FirstOrDefault(column => column.Name == name) is { } selected)
                return selected;
            var found = scope.Sources.SelectMany(source => source.Columns).Where(column => column.Name == name).ToList();
            if (found.Count > 1)
                faults.Add($"{name} is a column of more than one table.");
            if (found.Count > 0)
                return found[0];
        }

        faults.Add($"No table here has a column {name}.");
        return null;
    }
}

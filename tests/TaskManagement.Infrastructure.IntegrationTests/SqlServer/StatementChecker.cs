using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What is known about a text after it was checked.</summary>
/// <param name="Faults">What the server would refuse; empty if nothing.</param>
/// <param name="Statements">What it does, such as <c>SELECT</c> or <c>INSERT tasks</c>, statement by statement.</param>
/// <param name="Results">The results that it gives, in order.</param>
internal sealed record CheckedText(IReadOnlyList<string> Faults, IReadOnlyList<string> Statements, IReadOnlyList<ResultSet> Results);

/// <summary>One result of a text.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">How many rows it has, where the text says so; null where the tables do.</param>
internal sealed record ResultSet(IReadOnlyList<ResultColumn> Columns, int? Rows);

/// <summary>A column of a result or of a source of rows.</summary>
/// <param name="Name">Its name; null if it has none.</param>
/// <param name="Origin">The column of a table whose values it has; null if they are computed.</param>
/// <param name="Expression">What it is computed from.</param>
internal sealed record ResultColumn(string? Name, TableColumn? Origin, ScalarExpression? Expression);

/// <summary>
/// Parses a text as SQL Server 2019 does and binds every table, column and variable that it names, as the server would. What it does not
/// know how to bind is a fault too, so nothing passes unread. What a text does to the schema is done to the catalogue.
/// </summary>
internal sealed class StatementChecker(Catalogue catalogue)
{
    public static TSqlFragment Parse(string text, out IReadOnlyList<string> faults)
    {
        var fragment = new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(text), out var errors);
        faults = [.. errors.Select(error => $"Line {error.Line}: {error.Message}")];
        return fragment;
    }

    /// <summary>Checks a text.</summary>
    /// <param name="text">One or more statements.</param>
    /// <param name="parameters">The names of the parameters that are sent with it.</param>
    /// <param name="isInTransaction">Whether it is sent within a transaction.</param>
    public CheckedText Check(string text, IEnumerable<string>? parameters = null, bool isInTransaction = false)
    {
        var fragment = Parse(text, out var faults);
        if (faults.Count > 0)
            return new(faults, [], []);
        var binder = new Binder(catalogue, parameters ?? [], isInTransaction);
        fragment.Accept(binder);
        return new(binder.Faults, binder.Statements, binder.Results);
    }

    /// <summary>The rows that a name stands for.</summary>
    private sealed record Source(string Name, IReadOnlyList<ResultColumn> Columns);

    /// <summary>The sources that expressions at one place may name, and those around it.</summary>
    private sealed class Scope(Scope? outer)
    {
        public Scope? Outer { get; } = outer;

        public List<Source> Sources { get; } = [];

        /// <summary>What is selected, which ORDER BY may name.</summary>
        public IReadOnlyList<ResultColumn> Selected { get; set; } = [];
    }

    private sealed class Binder(Catalogue catalogue, IEnumerable<string> parameters, bool isInTransaction) : TSqlFragmentVisitor
    {
        private static readonly Type[] Understood =
        [
            typeof(SelectStatement), typeof(InsertStatement), typeof(UpdateStatement), typeof(DeleteStatement), typeof(MergeStatement),
            typeof(CreateTableStatement), typeof(AlterTableAddTableElementStatement), typeof(AlterTableAlterColumnStatement),
            typeof(AlterTableDropTableElementStatement), typeof(DropTableStatement), typeof(CreateIndexStatement), typeof(DropIndexStatement),
            typeof(AlterDatabaseSetStatement),
            typeof(IfStatement), typeof(BeginEndBlockStatement), typeof(PredicateSetStatement), typeof(DeclareVariableStatement), typeof(DeclareTableVariableStatement),
            typeof(ExecuteStatement), typeof(BeginTransactionStatement), typeof(CommitTransactionStatement), typeof(SaveTransactionStatement),
        ];

        private const string HistoryTable = "__EFMigrationsHistory";

        private static readonly string[] Procedures = ["sp_getapplock", "sp_releaseapplock"];

        private readonly HashSet<string> _variables = new(parameters.Select(name => "@" + name.TrimStart('@')), StringComparer.Ordinal);
        private readonly Dictionary<string, Source> _tableVariables = new(StringComparer.Ordinal);
        private bool _isInTransaction = isInTransaction;
        private Scope? _scope;

        public List<string> Faults { get; } = [];

        public List<string> Statements { get; } = [];

        public List<ResultSet> Results { get; } = [];

        public override void Visit(TSqlStatement node)
        {
            if (!Understood.Contains(node.GetType()))
                NotUnderstood(node);
            Statements.Add(Describe(node));
        }

        public override void Visit(WithCtesAndXmlNamespaces node) => NotUnderstood(node);

        public override void Visit(BeginTransactionStatement node) => _isInTransaction = true;

        public override void Visit(CommitTransactionStatement node) => _isInTransaction = false;

        public override void Visit(AlterDatabaseSetStatement node)
        {
            if (_isInTransaction)
                Faults.Add("ALTER DATABASE can't be part of a transaction.");
        }

        public override void ExplicitVisit(SelectStatement node)
        {
            Visit((TSqlStatement)node);
            if (node.Into is not null)
                NotUnderstood(node.Into);
            node.WithCtesAndXmlNamespaces?.Accept(this);
            Results.Add(new(Bind(node.QueryExpression), Rows: null));
        }

        public override void ExplicitVisit(QuerySpecification node) => Bind(node);

        public override void ExplicitVisit(BinaryQueryExpression node) => Bind(node);

        public override void ExplicitVisit(InsertSpecification node)
        {
            var target = TableOf(node.Target);
            In(new Scope(_scope), () =>
            {
                BindTargetColumns(node.Columns, target);
                switch (node.InsertSource)
                {
                    case ValuesInsertSource values:
                        BindOutput(node, target, BindRows(values.RowValues, node.Columns.Count));
                        break;
                    case SelectInsertSource select:
                        BindSelectedRows(select.Select, node.Columns.Count);
                        BindOutput(node, target, rows: null);
                        break;
                    default:
                        NotUnderstood(node.InsertSource);
                        break;
                }
            });
        }

        public override void ExplicitVisit(UpdateSpecification node) => BindChange(node, node.FromClause, node.WhereClause, node.SetClauses);

        public override void ExplicitVisit(DeleteSpecification node) => BindChange(node, node.FromClause, node.WhereClause, []);

        public override void ExplicitVisit(MergeSpecification node)
        {
            var target = TableOf(node.Target);
            In(new Scope(_scope), () =>
            {
                _scope!.Sources.Add(target with { Name = node.TableAlias?.Value ?? target.Name });
                var rows = BindTable(node.TableReference);
                node.SearchCondition.Accept(this);
                foreach (var clause in node.ActionClauses)
                {
                    clause.SearchCondition?.Accept(this);
                    if (clause.Action is InsertMergeAction insert)
                    {
                        BindTargetColumns(insert.Columns, target);
                        BindRows(insert.Source.RowValues, insert.Columns.Count);
                    }
                    else
                    {
                        NotUnderstood(clause.Action);
                    }
                }

                BindOutput(node, target, rows);
            });
        }

        public override void ExplicitVisit(CreateTableStatement node) =>
            BindDefinition(node, node.SchemaObjectName, () => base.ExplicitVisit(node));

        public override void ExplicitVisit(AlterTableAddTableElementStatement node) =>
            BindDefinition(node, node.SchemaObjectName, () => base.ExplicitVisit(node));

        public override void Visit(AlterTableAlterColumnStatement node) => Apply(node);

        public override void Visit(AlterTableDropTableElementStatement node) => Apply(node);

        public override void Visit(DropTableStatement node) => Apply(node);

        public override void Visit(DropIndexStatement node) => Apply(node);

        public override void Visit(ForeignKeyConstraintDefinition node)
        {
            var (own, other) = (_scope!.Sources[0], TableOf(node.ReferenceTableName, alias: null));
            foreach (var (columns, table) in new[] { (node.Columns, own), (node.ReferencedTableColumns, other) })
            {
                foreach (var column in columns)
                    ColumnOf(table, column.Value);
            }
        }

        public override void ExplicitVisit(CreateIndexStatement node) => BindDefinition(node, node.OnName, () => base.ExplicitVisit(node));

        public override void ExplicitVisit(IfStatement node)
        {
            var makesWhatIsThere = node is
            {
                Predicate: BooleanIsNullExpression { IsNot: false, Expression: FunctionCall { FunctionName.Value: "OBJECT_ID", Parameters: [StringLiteral name] } },
                ElseStatement: null,
            } && catalogue.Find(Unquoted(name)) is not null;
            if (!makesWhatIsThere)
                base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(ExecuteStatement node)
        {
            Visit((TSqlStatement)node);
            switch (node.ExecuteSpecification.ExecutableEntity)
            {
                case ExecutableStringList { Strings: var parts }:
                    // A variable in it holds a quoted name that the script looked up; the name of the variable stands for it.
                    var inner = Parse(string.Concat(parts.Select(part => part is VariableReference { Name: var name } ? $"[{name}]" : ((Literal)part).Value)), out var faults);
                    Faults.AddRange(faults);
                    inner?.Accept(this);
                    break;
                case ExecutableProcedureReference { ProcedureReference.ProcedureReference.Name.BaseIdentifier.Value: var name } when Procedures.Contains(name):
                    break;
                default:
                    NotUnderstood(node);
                    break;
            }
        }

        public override void ExplicitVisit(DeclareTableVariableStatement node)
        {
            Visit((TSqlStatement)node);
            var name = node.Body.VariableName.Value;
            _tableVariables.Add(name, new(name, [.. node.Body.Definition.ColumnDefinitions.Select(column => new ResultColumn(column.ColumnIdentifier.Value, null, null))]));
        }

        public override void Visit(DeclareVariableElement node) => _variables.Add(node.VariableName.Value);

        public override void Visit(VariableReference node)
        {
            if (!_variables.Contains(node.Name))
                Faults.Add($"There is no variable {node.Name}.");
        }

        public override void Visit(FunctionCall node)
        {
            // Whether there is a table of migrations must be asked before there is one.
            if (node is { FunctionName.Value: "OBJECT_ID", Parameters: [StringLiteral name] }
                && Unquoted(name) != HistoryTable && catalogue.Find(Unquoted(name)) is null)
                Faults.Add($"There is no table {name.Value}.");
        }

        public override void Visit(ColumnReferenceExpression node) => Resolve(node);

        /// <summary>The first argument of functions on dates is a part of a date and no column.</summary>
        public override void ExplicitVisit(FunctionCall node)
        {
            if (!node.FunctionName.Value.StartsWith("DATE", StringComparison.OrdinalIgnoreCase))
            {
                base.ExplicitVisit(node);
                return;
            }

            foreach (var argument in node.Parameters.Skip(1))
                argument.Accept(this);
        }

        /// <summary>Every table is bound by hand, so one that the general walk comes upon was missed.</summary>
        public override void Visit(TableReference node) => NotUnderstood(node);

        private void NotUnderstood(TSqlFragment node) => Faults.Add($"{node.GetType().Name} is not understood here.");

        private static string Describe(TSqlStatement node) => node switch
        {
            SelectStatement => "SELECT",
            InsertStatement insert => "INSERT " + NameOf(insert.InsertSpecification.Target),
            MergeStatement merge => "MERGE " + NameOf(merge.MergeSpecification.Target),
            UpdateStatement { UpdateSpecification: var update } => "UPDATE " + NameOf(update.Target, update.FromClause),
            DeleteStatement { DeleteSpecification: var delete } => "DELETE " + NameOf(delete.Target, delete.FromClause),
            _ => node.GetType().Name.Replace("Statement", "", StringComparison.Ordinal),
        };

        private static string NameOf(TableReference target, FromClause? from = null)
        {
            if (target is VariableTableReference { Variable.Name: var variable })
                return variable;
            var name = (target as NamedTableReference)?.SchemaObject.BaseIdentifier.Value ?? target.GetType().Name;
            var aliases = new AliasFinder(name);
            from?.Accept(aliases);
            return aliases.Found ?? name;
        }

        private static string Unquoted(StringLiteral name) => name.Value.Trim('[', ']');

        private void Apply(TSqlStatement node) => Faults.AddRange(catalogue.Apply(node));

        /// <summary>Binds what a statement defines for a table, once it is there.</summary>
        private void BindDefinition(TSqlStatement node, SchemaObjectName table, Action bind)
        {
            Apply(node);
            var scope = new Scope(_scope);
            scope.Sources.Add(TableOf(table, alias: null));
            In(scope, bind);
        }

        private void In(Scope? scope, Action bind)
        {
            var outer = _scope;
            _scope = scope;
            bind();
            _scope = outer;
        }

        private IReadOnlyList<ResultColumn> Bind(QueryExpression query)
        {
            IReadOnlyList<ResultColumn> columns = [];
            In(new Scope(_scope), () =>
            {
                columns = query switch
                {
                    QuerySpecification specification => BindSpecification(specification),
                    BinaryQueryExpression both => BindBoth(both),
                    _ => [],
                };
                if (columns.Count == 0)
                    NotUnderstood(query);
                _scope!.Selected = columns;
                query.OrderByClause?.Accept(this);
                query.OffsetClause?.Accept(this);
            });
            return columns;
        }

        private IReadOnlyList<ResultColumn> BindBoth(BinaryQueryExpression both)
        {
            var (first, second) = (Bind(both.FirstQueryExpression), Bind(both.SecondQueryExpression));
            if (first.Count != second.Count)
                Faults.Add($"{both.BinaryQueryExpressionType} joins {first.Count} columns with {second.Count}.");
            return first;
        }

        private List<ResultColumn> BindSpecification(QuerySpecification query)
        {
            foreach (var table in query.FromClause?.TableReferences ?? [])
                BindTable(table);
            query.TopRowFilter?.Accept(this);
            query.WhereClause?.Accept(this);
            query.GroupByClause?.Accept(this);
            query.HavingClause?.Accept(this);
            return BindSelected(query.SelectElements);
        }

        private List<ResultColumn> BindSelected(IList<SelectElement> elements)
        {
            var columns = new List<ResultColumn>();
            foreach (var element in elements)
            {
                switch (element)
                {
                    case SelectScalarExpression { Expression: ColumnReferenceExpression reference } scalar:
                        var column = Resolve(reference) ?? new(null, null, reference);
                        columns.Add(scalar.ColumnName is { } alias ? column with { Name = alias.Value } : column);
                        break;
                    case SelectScalarExpression scalar:
                        scalar.Expression.Accept(this);
                        columns.Add(new(scalar.ColumnName?.Value, null, scalar.Expression));
                        break;
                    case SelectSetVariable set:
                        set.Accept(this);
                        columns.Add(new(set.Variable.Name, null, set.Expression));
                        break;
                    case SelectStarExpression { Qualifier: null }:
                        columns.AddRange(_scope!.Sources.SelectMany(source => source.Columns));
                        break;
                    default:
                        NotUnderstood(element);
                        break;
                }
            }

            return columns;
        }

        /// <summary>Adds what a table reference brings to the scope; returns how many rows it has, where the text says so.</summary>
        private int? BindTable(TableReference reference)
        {
            switch (reference)
            {
                case NamedTableReference named:
                    Add(TableOf(named));
                    return null;
                case VariableTableReference variable:
                    Add(TableOf(variable) with { Name = variable.Alias?.Value ?? variable.Variable.Name });
                    return null;
                case QueryDerivedTable derived:
                    BindDerived(derived);
                    return null;
                case InlineDerivedTable inline:
                    In(_scope!.Outer, () => BindRows(inline.RowValues, inline.Columns.Count));
                    Add(new(inline.Alias.Value, [.. inline.Columns.Select(column => new ResultColumn(column.Value, null, null))]));
                    return inline.RowValues.Count;
                case QualifiedJoin join:
                    BindTable(join.FirstTableReference);
                    BindTable(join.SecondTableReference);
                    join.SearchCondition.Accept(this);
                    return null;
                default:
                    NotUnderstood(reference);
                    return null;
            }
        }

        private void BindDerived(QueryDerivedTable derived)
        {
            IReadOnlyList<ResultColumn> columns = [];
            // It does not see what stands beside it.
            In(_scope!.Outer, () => columns = Bind(derived.QueryExpression));
            if (derived.Columns.Count > 0)
                NotUnderstood(derived);
            if (columns.Any(column => column.Name is null) || columns.DistinctBy(column => column.Name).Count() < columns.Count)
                Faults.Add($"The columns of {derived.Alias.Value} don't all have names of their own.");
            Add(new(derived.Alias.Value, columns));
        }

        private void Add(Source source)
        {
            if (_scope!.Sources.Exists(other => other.Name == source.Name))
                Faults.Add($"{source.Name} stands for two tables.");
            _scope.Sources.Add(source);
        }

        private int BindRows(IList<RowValue> rows, int width)
        {
            foreach (var row in rows)
            {
                if (row.ColumnValues.Count != width)
                    Faults.Add($"A row has {row.ColumnValues.Count} values for {width} columns.");
                row.Accept(this);
            }

            return rows.Count;
        }

        private void BindSelectedRows(QueryExpression query, int width)
        {
            var columns = Bind(query);
            if (columns.Count != width)
                Faults.Add($"{columns.Count} columns are selected for {width}.");
        }

        private void BindTargetColumns(IEnumerable<ColumnReferenceExpression> columns, Source target)
        {
            foreach (var column in columns)
                ColumnOf(target, column.MultiPartIdentifier.Identifiers[^1].Value);
        }

        private void BindChange(UpdateDeleteSpecificationBase node, FromClause? from, WhereClause? where, IList<SetClause> sets)
        {
            In(new Scope(_scope), () =>
            {
                foreach (var table in from?.TableReferences ?? [])
                    BindTable(table);
                var name = (node.Target as NamedTableReference)?.SchemaObject.BaseIdentifier.Value;
                var target = _scope!.Sources.Find(source => source.Name == name);
                if (target is null)
                {
                    target = TableOf(node.Target);
                    if (from is null)
                        Add(target);
                }

                foreach (var set in sets)
                {
                    if (set is AssignmentSetClause { Column: { } column, NewValue: var value })
                    {
                        BindTargetColumns([column], target);
                        value.Accept(this);
                    }
                    else
                    {
                        NotUnderstood(set);
                    }
                }

                node.TopRowFilter?.Accept(this);
                where?.Accept(this);
                BindOutput(node, target, rows: null);
            });
        }

        private void BindOutput(DataModificationSpecification node, Source target, int? rows)
        {
            if (node.OutputIntoClause is not null)
                NotUnderstood(node.OutputIntoClause);
            if (node.OutputClause is null)
                return;
            var scope = new Scope(_scope);
            scope.Sources.Add(target with { Name = "INSERTED" });
            scope.Sources.Add(target with { Name = "DELETED" });
            In(scope, () => Results.Add(new(BindSelected(node.OutputClause.SelectColumns), rows)));
        }

        private Source TableOf(TableReference reference)
        {
            if (reference is NamedTableReference named)
                return TableOf(named.SchemaObject, named.Alias?.Value);
            if (reference is VariableTableReference { Variable.Name: var variable } && _tableVariables.TryGetValue(variable, out var declared))
                return declared;
            NotUnderstood(reference);
            return new("", []);
        }

        private Source TableOf(SchemaObjectName name, string? alias)
        {
            var columns = catalogue.Find(name);
            if (columns is null)
                Faults.Add($"There is no table {string.Join('.', name.Identifiers.Select(part => part.Value))}.");
            return new(alias ?? name.BaseIdentifier.Value, [.. (columns ?? []).Select(column => new ResultColumn(column.Name, column, null))]);
        }

        private ResultColumn? ColumnOf(Source source, string name)
        {
            var column = source.Columns.FirstOrDefault(column => column.Name == name);
            if (column is null)
                Faults.Add($"{source.Name} has no column {name}.");
            return column;
        }

        private ResultColumn? Resolve(ColumnReferenceExpression reference)
        {
            if (reference.ColumnType == ColumnType.Wildcard)
                return null;
            if (reference.ColumnType != ColumnType.Regular || reference.MultiPartIdentifier.Count > 2)
            {
                NotUnderstood(reference);
                return null;
            }

            var name = reference.MultiPartIdentifier.Identifiers[^1].Value;
            return reference.MultiPartIdentifier.Count == 2
                ? ResolveQualified(reference.MultiPartIdentifier.Identifiers[0].Value, name)
                : ResolveAlone(name);
        }

        private ResultColumn? ResolveQualified(string alias, string name)
        {
            for (var scope = _scope; scope is not null; scope = scope.Outer)
            {
                if (scope.Sources.Find(source => source.Name == alias) is { } source)
                    return ColumnOf(source, name);
            }

            Faults.Add($"{alias} in {alias}.{name} stands for nothing.");
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
                    Faults.Add($"{name} is a column of more than one table.");
                if (found.Count > 0)
                    return found[0];
            }

            Faults.Add($"No table here has a column {name}.");
            return null;
        }
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

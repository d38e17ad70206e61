using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>Walks over the statements of a text and sees to it that each of them, and whatever they name, is bound.</summary>
internal sealed class StatementBinder : TSqlFragmentVisitor
{
    private const string HistoryTable = "__EFMigrationsHistory";

    private static readonly Type[] Understood =
    [
        typeof(SelectStatement), typeof(InsertStatement), typeof(UpdateStatement), typeof(DeleteStatement), typeof(MergeStatement),
        typeof(CreateTableStatement), typeof(AlterTableAddTableElementStatement), typeof(AlterTableAlterColumnStatement),
        typeof(AlterTableDropTableElementStatement), typeof(DropTableStatement), typeof(CreateIndexStatement), typeof(DropIndexStatement),
        typeof(AlterDatabaseSetStatement),
        typeof(IfStatement), typeof(BeginEndBlockStatement), typeof(PredicateSetStatement), typeof(DeclareVariableStatement), typeof(DeclareTableVariableStatement),
        typeof(ExecuteStatement), typeof(BeginTransactionStatement), typeof(CommitTransactionStatement), typeof(SaveTransactionStatement),
    ];

    private static readonly string[] Procedures = ["sp_getapplock", "sp_releaseapplock"];

    private readonly Catalogue _catalogue;
    private readonly FaultList _faults = new();
    private readonly List<string> _statements = [];
    private readonly List<ResultSet> _results = [];
    private readonly NameBinder _names;
    private readonly QueryBinder _queries;
    private readonly ChangeBinder _changes;
    private bool _isInTransaction;

    public StatementBinder(Catalogue catalogue, IEnumerable<string> parameters, bool isInTransaction)
    {
        _catalogue = catalogue;
        _isInTransaction = isInTransaction;
        _names = new(catalogue, parameters, _faults);
        _queries = new(_names, _faults, this);
        _changes = new(_names, _queries, _faults, this);
    }

    public IReadOnlyList<string> Faults => _faults.All;

    public IReadOnlyList<string> Statements => _statements;

    public IReadOnlyList<ResultSet> Results => _results;

    public override void Visit(TSqlStatement node)
    {
        if (!Understood.Contains(node.GetType()))
            _faults.NotUnderstood(node);
        _statements.Add(StatementNames.Of(node));
    }

    public override void Visit(WithCtesAndXmlNamespaces node) => _faults.NotUnderstood(node);

    public override void Visit(BeginTransactionStatement node) => _isInTransaction = true;

    public override void Visit(CommitTransactionStatement node) => _isInTransaction = false;

    public override void Visit(AlterDatabaseSetStatement node)
    {
        if (_isInTransaction)
            _faults.Add("ALTER DATABASE can't be part of a transaction.");
    }

    public override void ExplicitVisit(SelectStatement node)
    {
        Visit((TSqlStatement)node);
        if (node.Into is not null)
            _faults.NotUnderstood(node.Into);
        node.WithCtesAndXmlNamespaces?.Accept(this);
        _results.Add(new(_queries.Bind(node.QueryExpression), Rows: null));
    }

    public override void ExplicitVisit(QuerySpecification node) => _queries.Bind(node);

    public override void ExplicitVisit(BinaryQueryExpression node) => _queries.Bind(node);

    public override void ExplicitVisit(InsertSpecification node) => AddResult(_changes.Bind(node));

    public override void ExplicitVisit(UpdateSpecification node) => AddResult(_changes.Bind(node));

    public override void ExplicitVisit(DeleteSpecification node) => AddResult(_changes.Bind(node));

    public override void ExplicitVisit(MergeSpecification node) => AddResult(_changes.Bind(node));

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
        var (own, other) = (_names.Scope.Sources[0], _names.TableOf(node.ReferenceTableName, alias: null));
        foreach (var (columns, table) in new[] { (node.Columns, own), (node.ReferencedTableColumns, other) })
        {
            foreach (var column in columns)
                _names.ColumnOf(table, column.Value);
        }
    }

    public override void ExplicitVisit(CreateIndexStatement node) => BindDefinition(node, node.OnName, () => base.ExplicitVisit(node));

    public override void ExplicitVisit(IfStatement node)
    {
        var makesWhatIsThere = node is
        {
            Predicate: BooleanIsNullExpression { IsNot: false, Expression: FunctionCall { FunctionName.Value: "OBJECT_ID", Parameters: [StringLiteral name] } },
            ElseStatement: null,
        } && _catalogue.Find(Unquoted(name)) is not null;
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
                var inner = StatementChecker.Parse(
                    string.Concat(parts.Select(part => part is VariableReference { Name: var name } ? $"[{name}]" : ((Literal)part).Value)), out var faults);
                _faults.Add(faults);
                inner?.Accept(this);
                break;
            case ExecutableProcedureReference { ProcedureReference.ProcedureReference.Name.BaseIdentifier.Value: var name } when Procedures.Contains(name):
                break;
            default:
                _faults.NotUnderstood(node);
                break;
        }
    }

    public override void ExplicitVisit(DeclareTableVariableStatement node)
    {
        Visit((TSqlStatement)node);
        _names.Declare(node.Body);
    }

    public override void Visit(DeclareVariableElement node) => _names.Declare(node.VariableName.Value);

    public override void Visit(VariableReference node) => _names.Resolve(node);

    public override void Visit(FunctionCall node)
    {
        // Whether there is a table of migrations must be asked before there is one.
        if (node is { FunctionName.Value: "OBJECT_ID", Parameters: [StringLiteral name] }
            && Unquoted(name) != HistoryTable && _catalogue.Find(Unquoted(name)) is null)
            _faults.Add($"There is no table {name.Value}.");
    }

    public override void Visit(ColumnReferenceExpression node) => _names.Resolve(node);

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
    public override void Visit(TableReference node) => _faults.NotUnderstood(node);

    internal static string Unquoted(StringLiteral name) => name.Value.Trim('[', ']');

    private void AddResult(ResultSet? result)
    {
        if (result is not null)
            _results.Add(result);
    }

    private void Apply(TSqlStatement node) => _faults.Add(_catalogue.Apply(node));

    /// <summary>Binds what a statement defines for a table, once it is there.</summary>
    private void BindDefinition(TSqlStatement node, SchemaObjectName table, Action bind)
    {
        Apply(node);
        _names.Within(() =>
        {
            _names.AddSource(_names.TableOf(table, alias: null));
            bind();
        });
    }
}

using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>A text that would have been sent to the server.</summary>
/// <param name="Scenario">What was being done.</param>
/// <param name="Text">The text.</param>
/// <param name="Check">What the checker says about it.</param>
internal sealed record RecordedText(string Scenario, string Text, CheckedText Check);

/// <summary>Stands where SQL Server would: takes every text, checks it, and answers it from <see cref="Rows"/>.</summary>
internal sealed class RecordingDatabase
{
    private readonly List<RecordedText> _texts = [];

    public IReadOnlyList<RecordedText> Texts => _texts;

    /// <summary>What is being done.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>Which tables there are.</summary>
    public Catalogue Catalogue { get; set; } = new();

    /// <summary>What the tables hold.</summary>
    public CannedRows Rows { get; set; } = new();

    /// <summary>Whether the answer to the next commit gets lost.</summary>
    public bool LosesNextCommit { get; set; }

    /// <summary>Puts this database where the provider would open a connection to a server.</summary>
    public IInterceptor Interceptor => new ConnectionInterceptor(this);

    private DataTable[] Receive(DbCommand command)
    {
        var check = new StatementChecker(Catalogue).Check(command.CommandText, command.Parameters.Cast<DbParameter>().Select(parameter => parameter.ParameterName), command.Transaction is not null);
        _texts.Add(new(Scenario, command.CommandText, check));
        return [.. check.Results.Select(result => Rows.Answer(result, Catalogue))];
    }

    private sealed class ConnectionInterceptor(RecordingDatabase database) : DbConnectionInterceptor
    {
        public override InterceptionResult<DbConnection> ConnectionCreating(
            ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
            InterceptionResult<DbConnection>.SuppressWithResult(new Connection(database) { ConnectionString = eventData.ConnectionString });
    }

    private sealed class Connection(RecordingDatabase database) : DbConnection
    {
        private ConnectionState _state;

        [AllowNull]
        public override string ConnectionString { get; set; } = "";

        public override string Database => "recorded";

        public override string DataSource => "recorded";

        public override string ServerVersion => "15.00.2000";

        public override ConnectionState State => _state;

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        public override void Open() => _state = ConnectionState.Open;

        public override void Close() => _state = ConnectionState.Closed;

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new Transaction(database, this, isolationLevel);

        protected override DbCommand CreateDbCommand() => new Command(database);
    }

    private sealed class Transaction(RecordingDatabase database, Connection connection, IsolationLevel level) : DbTransaction
    {
        public override IsolationLevel IsolationLevel => level;

        protected override DbConnection DbConnection => connection;

        public override void Commit()
        {
            if (!database.LosesNextCommit)
                return;
            database.LosesNextCommit = false;
            throw new TimeoutException("The answer to the commit was lost.");
        }

        public override void Rollback()
        {
        }
    }

    private sealed class Command(RecordingDatabase database) : DbCommand
    {
        // The provider sets what only the real driver's parameters have.
        private readonly SqlCommand _driver = new();

        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection => _driver.Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override void Prepare()
        {
        }

        public override int ExecuteNonQuery()
        {
            database.Receive(this);
            return 1;
        }

        public override object? ExecuteScalar() =>
            database.Receive(this) is [{ Rows: [var row, ..] }, ..] ? row[0] : null;

        protected override DbParameter CreateDbParameter() => _driver.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
            new DataTableReader(database.Receive(this) is { Length: > 0 } tables ? tables : [new()]);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _driver.Dispose();
            base.Dispose(disposing);
        }
    }
}

using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace TaskManagement.Infrastructure.Persistence.Providers;

/// <summary>A connection string is there where one is needed, and its provider can read it.</summary>
internal sealed class ConnectionStringRule : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        var text = options.ConnectionString;
        if (string.IsNullOrWhiteSpace(text))
        {
            return options.Provider == DatabaseKind.Sqlite
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Database:ConnectionString must be set for SqlServer and PostgreSql.");
        }

        try
        {
            _ = Read(options.Provider, text);
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException exception)
        {
            // The parsers' messages name the keyword and never quote the value, which may be a password.
            return ValidateOptionsResult.Fail($"Database:ConnectionString is malformed for {options.Provider}. {exception.Message}");
        }
    }

    private static DbConnectionStringBuilder Read(DatabaseKind provider, string text) => provider switch
    {
        DatabaseKind.SqlServer => new SqlConnectionStringBuilder(text),
        DatabaseKind.PostgreSql => new NpgsqlConnectionStringBuilder(text),
        _ => new SqliteConnectionStringBuilder(text),
    };
}

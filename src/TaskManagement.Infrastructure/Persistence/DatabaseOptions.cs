using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Infrastructure.Persistence;

/// <summary>The section <c>Database</c> of the configuration.</summary>
public sealed class DatabaseOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Database";

    /// <summary>Which database is used.</summary>
    [EnumDataType(typeof(DatabaseKind), ErrorMessage = "Database:Provider must be Sqlite, SqlServer or PostgreSql.")]
    public DatabaseKind Provider { get; set; }

    /// <summary>How to reach it; by default a file under <c>data/</c> for SQLite, and required for the others.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether pending migrations are applied when the service starts.</summary>
    public bool MigrateOnStart { get; set; } = true;

    /// <summary>The most statements sent in one batch; the provider's own limit if not set. 1 serves servers that lack MERGE.</summary>
    [Range(1, 1000, ErrorMessage = "Database:MaxBatchSize must be between 1 and 1000.")]
    public int? MaxBatchSize { get; set; }
}

/// <summary>The databases that the service runs on.</summary>
public enum DatabaseKind
{
    /// <summary>A file beside the service.</summary>
    Sqlite = 0,

    /// <summary>Microsoft SQL Server 2019 or later, LocalDB included.</summary>
    SqlServer = 1,

    /// <summary>PostgreSQL 15 or later.</summary>
    PostgreSql = 2,
}

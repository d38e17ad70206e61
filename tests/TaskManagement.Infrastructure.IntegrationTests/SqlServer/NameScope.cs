namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>The rows that a name stands for.</summary>
internal sealed record RowSource(string Name, IReadOnlyList<ResultColumn> Columns);

/// <summary>The sources that expressions at one place may name, and those around it.</summary>
internal sealed class NameScope(NameScope? outer)
{
    public NameScope? Outer { get; } = outer;

    public List<RowSource> Sources { get; } = [];

    /// <summary>What is selected, which ORDER BY may name.</summary>
    public IReadOnlyList<ResultColumn> Selected { get; set; } = [];
}

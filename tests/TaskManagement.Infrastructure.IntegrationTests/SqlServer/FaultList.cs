using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What was found so far that the server would refuse, or that no one here knows how to read.</summary>
internal sealed class FaultList
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> All => _faults;

    public void Add(string fault) => _faults.Add(fault);

    public void Add(IEnumerable<string> faults) => _faults.AddRange(faults);

    public void NotUnderstood(TSqlFragment node) => Add($"{node.GetType().Name} is not understood here.");
}

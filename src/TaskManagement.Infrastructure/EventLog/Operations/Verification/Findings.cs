using TaskManagement.Application.Operations;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>The differences that were found: all are counted, and the first are kept.</summary>
internal sealed class Findings
{
    private readonly List<DifferenceDto> _first = [];

    public long Count { get; private set; }

    public IReadOnlyList<DifferenceDto> First => _first;

    public void Add(DifferenceKind kind, string subject, string detail, string? field = null, string? stored = null, string? byLog = null)
    {
        Count++;
        if (_first.Count < VerificationDto.MostListed)
            _first.Add(new(kind, subject, field, stored, byLog, detail));
    }

    /// <summary>Notes a column that has another value than the log gives it.</summary>
    public void AddValue(string subject, string field, object? stored, object? byLog)
    {
        var (kept, made) = Shown.Beside(stored, byLog);
        Add(DifferenceKind.Value, subject, $"{field} of {subject} is {kept ?? "null"}, and by the log {made ?? "null"}.", field, kept, made);
    }

    public void AddMissingRow(string subject) =>
        Add(DifferenceKind.MissingRow, subject, $"There is no row of {subject}, and by the log there should be one.");

    public void AddUnexpectedRow(string subject) =>
        Add(DifferenceKind.UnexpectedRow, subject, $"There is a row of {subject}, and by the log there should be none.");
}

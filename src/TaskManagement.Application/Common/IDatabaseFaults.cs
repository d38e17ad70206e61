namespace TaskManagement.Application.Common;

/// <summary>Tells what a database's errors mean, so that no one else has to know which database it is.</summary>
public interface IDatabaseFaults
{
    /// <summary>Whether an error says that the database can't be used at present: unreachable, locked, full, read-only. A later try may succeed.</summary>
    bool IsUnavailable(Exception exception);
}

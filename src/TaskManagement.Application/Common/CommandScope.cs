namespace TaskManagement.Application.Common;

/// <summary>What a scope knows about the command it serves.</summary>
public sealed class CommandScope
{
    private const int MostAttempts = 10;

    /// <summary>The id of the command: in logs, and the cause of the events that it raises itself. The same in every attempt.</summary>
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    /// <summary>Which attempt at the command this scope is, from 1.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>Whether a conflict now is final.</summary>
    internal bool IsLastAttempt => Attempt >= MostAttempts;

    /// <summary>How many commands are running inside each other: a handler may send further ones.</summary>
    internal int Depth { get; set; }

    /// <summary>How long to wait after a conflict: random, so that those who met do not meet again, within 4, 8, 16 … at most 256 ms.</summary>
    internal TimeSpan Pause => TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * (2 << Math.Min(Attempt, 7)));

    /// <summary>Makes this scope the next attempt after another one, or the last.</summary>
    internal void Follow(CommandScope previous, bool isLast = false) => (Id, Attempt) = (previous.Id, isLast ? MostAttempts : previous.Attempt + 1);
}

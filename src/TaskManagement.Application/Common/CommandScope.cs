using TaskManagement.Application.Common.Actions;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Common;

/// <summary>What a scope knows about the command it serves.</summary>
public sealed class CommandScope
{
    private const int MostAttempts = 10;

    /// <summary>The id of the command: in logs, and the cause of the events that it raises itself. The same in every attempt.</summary>
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    /// <summary>Which attempt at the command this scope is, from 1.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>How many after-commit handlers led to it, one after the other: 0 for what a caller asked for.</summary>
    public int CausationDepth { get; private set; }

    /// <summary>Whether this scope repeats a command that met a conflict in another; that one tells what becomes of it.</summary>
    internal bool IsRepetition { get; private set; }

    /// <summary>Whether a conflict now is final.</summary>
    internal bool IsLastAttempt => Attempt >= MostAttempts;

    /// <summary>How many commands are running inside each other, from their beginning to their commit: handlers may send further ones.</summary>
    internal int Depth { get; set; }

    /// <summary>How long to wait after a conflict: random, so that those who met do not meet again, within 4, 8, 16 … at most 256 ms.</summary>
    internal TimeSpan Pause => TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * (2 << Math.Min(Attempt, 7)));

    /// <summary>The call that an event makes to its after-commit handler; null in a scope that serves a caller.</summary>
    internal ICallContext? Call { get; private set; }

    /// <summary>What is told of the command if it fails; null if it does not matter for security, or has not come so far.</summary>
    public SecurityAttempt? SecurityAttempt { get; internal set; }

    /// <summary>Makes this scope the next attempt after another one, or the last.</summary>
    internal void Follow(CommandScope previous, bool isLast = false) => (Id, Attempt, IsRepetition) = (previous.Id, isLast ? MostAttempts : previous.Attempt + 1, true);

    /// <summary>Makes this scope tell what became of a command: what is recorded in it has that command as its cause, and is as far from its beginning.</summary>
    public void TellOf(CommandScope command) => (Id, CausationDepth) = (command.Id, command.CausationDepth);

    /// <summary>Notes that the command goes on after an event that so many after-commit handlers led to, and that came back from outside.</summary>
    internal void GoOnAfter(int depth) => CausationDepth = Math.Max(CausationDepth, depth + 1);

    /// <summary>
    /// Makes this scope serve an after-commit handler: what is done in it is done by the service on account of the event.
    /// A conflict is not settled here: the whole delivery is repeated.
    /// </summary>
    /// <param name="eventId">The event.</param>
    /// <param name="depth">How many after-commit handlers led to the event.</param>
    /// <param name="correlationId">What the caller who began it all named the conversation by.</param>
    /// <param name="actor">The subscription.</param>
    public void ServeHandler(Guid eventId, int depth, string correlationId, ActorId actor) =>
        (Id, CausationDepth, Attempt, Call) = (eventId, depth + 1, MostAttempts, new HandlerCall(actor, correlationId));

    private sealed record HandlerCall(ActorId Actor, string CorrelationId) : ICallContext
    {
        public Scopes Scopes => Scopes.Admin;

        public ProjectId? Project => null;

        public string? Address => null;

        public string? IdempotencyKey => null;

        public void MarkReplayed() => throw new InvalidOperationException("An event has no idempotency key.");
    }
}

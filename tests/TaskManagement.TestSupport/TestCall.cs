using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.TestSupport;

/// <summary>A call that a test makes.</summary>
public sealed class TestCall
{
    public ActorId Actor { get; init; } = new("user:tester");

    public Scopes Scopes { get; init; } = Scopes.Admin;

    public ProjectId? Project { get; init; }

    public string CorrelationId { get; init; } = "test-correlation";

    public string? Address { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Whether the answer was one given before.</summary>
    public bool Replayed { get; internal set; }
}

/// <summary>The call that the current flow of work serves.</summary>
internal sealed class CallOfTest : ICallContext
{
    private static readonly AsyncLocal<TestCall?> Flowing = new();

    public static TestCall Current
    {
        get => Flowing.Value ??= new();
        set => Flowing.Value = value;
    }

    public ActorId Actor => Current.Actor;

    public Scopes Scopes => Current.Scopes;

    public ProjectId? Project => Current.Project;

    public string CorrelationId => Current.CorrelationId;

    public string? Address => Current.Address;

    public string? IdempotencyKey => Current.IdempotencyKey;

    public void MarkReplayed() => Current.Replayed = true;
}

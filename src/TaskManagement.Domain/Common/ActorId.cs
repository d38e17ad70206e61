namespace TaskManagement.Domain.Common;

/// <summary>The user, token or system process on whose behalf a change is made.</summary>
/// <param name="Value">Kind and id, such as <c>token:0198f5e2-…</c> or <c>system:retention</c>; at most 100 characters.</param>
public readonly record struct ActorId(string Value)
{
    /// <summary>The longest value, in characters.</summary>
    public const int MaxLength = 100;

    /// <inheritdoc />
    public override string ToString() => Value;
}

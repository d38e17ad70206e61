namespace TaskManagement.Application.Common;

/// <summary>A member of a merge patch (RFC 7396): absent, or present with a value, which may be null.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly record struct Optional<T>
{
    /// <summary>A member that is present.</summary>
    public Optional(T? value)
    {
        Value = value;
        IsPresent = true;
    }

    /// <summary>Whether the patch has this member.</summary>
    public bool IsPresent { get; }

    /// <summary>The value; the default if the member is absent.</summary>
    public T? Value { get; }
}

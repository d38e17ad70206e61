namespace TaskManagement.Domain.Common;

/// <summary>A rule of the domain that a change would break. Nothing has been changed when it is thrown.</summary>
/// <param name="code">A stable code for programs, such as <c>task.transition_not_allowed</c>.</param>
/// <param name="message">A sentence for people.</param>
public class DomainException(string code, string message) : Exception(message)
{
    /// <summary>A stable code for programs.</summary>
    public string Code { get; } = code;
}

/// <summary>A value that its type does not admit, whatever the state of the system.</summary>
/// <param name="error">What is wrong with it.</param>
public sealed class InvalidValueException(ValueError error) : DomainException(error.Code, error.Message);

/// <summary>Why a value is not admitted.</summary>
/// <param name="Code">A stable code for programs, such as <c>title.too_long</c>.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record ValueError(string Code, string Message);

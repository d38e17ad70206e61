using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common;

/// <summary>What the request is about does not exist.</summary>
/// <param name="kind">The kind of thing, such as <c>task</c>.</param>
/// <param name="id">Its id.</param>
public sealed class NotFoundException(string kind, object id) : Exception($"There is no {kind} {id}."), IRefusal
{
    /// <summary>A stable code for programs, such as <c>task.not_found</c>.</summary>
    public string Code { get; } = $"{kind}.not_found";
}

/// <summary>The caller named a version that is not the current one.</summary>
/// <param name="expected">The version that was named.</param>
/// <param name="current">The current version.</param>
public sealed class VersionMismatchException(long expected, long current)
    : Exception($"The current version is {current}; the request named another."), IRefusal
{
    /// <inheritdoc />
    public string Code => "version.mismatch";

    /// <summary>The version that was named.</summary>
    public long ExpectedVersion { get; } = expected;

    /// <summary>The current version.</summary>
    public long CurrentVersion { get; } = current;
}

/// <summary>Another transaction changed the same rows first. The command is run again; this is seen only after the last attempt.</summary>
/// <param name="inner">The database's error.</param>
public sealed class ConcurrencyConflictException(Exception? inner = null)
    : Exception("Others kept changing the same thing at the same time; nothing was changed. Try again.", inner), IRefusal
{
    /// <inheritdoc />
    public string Code => "request.conflict";
}

/// <summary>The caller may not do this.</summary>
/// <param name="code">A stable code for programs, such as <c>auth.forbidden</c>.</param>
/// <param name="message">A sentence for people.</param>
public sealed class ForbiddenException(string code, string message) : Exception(message), IRefusal
{
    /// <inheritdoc />
    public string Code { get; } = code;

    /// <summary>What the token would have to be good for, in words separated by spaces; null if that is not what it lacks.</summary>
    public string? NeededScope { get; init; }
}

/// <summary>
/// Who calls did not prove who they are. Whatever the reason, it is one answer: it must not tell whether there is such an account, or which part was wrong.
/// </summary>
public sealed class AuthenticationFailedException() : Exception("It can't be confirmed that this is you: something of what was given is wrong, or no longer accepted."), IRefusal
{
    /// <inheritdoc />
    public string Code => "auth.failed";
}

/// <summary>A code that was mailed is wrong, was used or has expired.</summary>
public sealed class CodeRefusedException() : Exception("The code is wrong, was used before or has expired. Ask for another."), IRefusal
{
    /// <inheritdoc />
    public string Code => "code.refused";
}

/// <summary>A new thing has the id or key of one that exists, deleted ones included.</summary>
/// <param name="kind">The kind of thing, such as <c>task</c>.</param>
/// <param name="inner">The database's error.</param>
public sealed class DuplicateException(string kind, Exception? inner = null)
    : Exception($"There is a {kind} with this id or key already.", inner), IRefusal
{
    /// <summary>A stable code for programs, such as <c>task.already_exists</c>.</summary>
    public string Code { get; } = $"{kind}.already_exists";
}

/// <summary>An idempotency key was used again with another request.</summary>
public sealed class IdempotencyKeyReusedException()
    : Exception("This Idempotency-Key was used with another request. Use a new key for a new request."), IRefusal
{
    /// <inheritdoc />
    public string Code => "idempotency_key.reused";
}

/// <summary>Values that the request may not have.</summary>
/// <param name="errors">All of them.</param>
public sealed class InvalidRequestException(IReadOnlyList<RequestError> errors) : Exception("The request has invalid values."), IRefusal
{
    /// <summary>One value is invalid.</summary>
    public InvalidRequestException(RequestError error)
        : this([error])
    {
    }

    /// <inheritdoc />
    public string Code => "request.invalid";

    /// <summary>What is wrong, one by one.</summary>
    public IReadOnlyList<RequestError> Errors { get; } = errors;
}

/// <summary>One thing wrong with a request.</summary>
/// <param name="Code">A stable code for programs, such as <c>title.too_long</c>.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Pointer">The JSON pointer (RFC 6901) to the member of the body, or null.</param>
/// <param name="Parameter">The name of the query parameter or header, or null.</param>
public sealed record RequestError(string Code, string Detail, string? Pointer = null, string? Parameter = null)
{
    /// <summary>An error of a member of the body.</summary>
    public static RequestError At(string pointer, ValueError error) => new(error.Code, error.Message, Pointer: pointer);
}

using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common;

/// <summary>An error that callers are told of and that is no fault of the service.</summary>
public interface IRefusal
{
    /// <summary>A stable code for programs, such as <c>task.not_found</c>.</summary>
    string Code { get; }
}

/// <summary>What errors are called, wherever they are told of.</summary>
public static class Refusals
{
    /// <summary>Whether an error is one that callers are told of, and no fault of the service.</summary>
    public static bool IsExpected(Exception error) => error is IRefusal or DomainException;

    /// <summary>A request names a project that there is not, or that the caller may not know of.</summary>
    public static InvalidRequestException NoSuchProject(Guid project) =>
        new(new RequestError("project.not_found", $"There is no project {project}.", Pointer: "/projectId"));

    /// <summary>The stable code of an error; of one that no one expected, its class.</summary>
    public static string CodeOf(Exception error) => error switch
    {
        IRefusal refusal => refusal.Code,
        DomainException rule => rule.Code,
        _ => error.GetType().Name,
    };
}

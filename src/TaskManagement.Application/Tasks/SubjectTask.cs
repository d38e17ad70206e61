using TaskManagement.Application.Common;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>The task of another system's thing, such as a build: the system is the source of its CloudEvents, and the thing their subject.</summary>
internal static class SubjectTask
{
    /// <summary>The id of the task. It follows from source and subject, so that one subject has one task however often it is asked for.</summary>
    /// <exception cref="InvalidRequestException"><c>subject.required</c>.</exception>
    public static TaskId IdOf(IncomingCloudEvent cloudEvent) => cloudEvent.Subject is { } subject
        ? new(NamedIds.Of("task", $"{cloudEvent.Source}\n{subject}"))
        : throw new InvalidRequestException(new RequestError("subject.required", "The subject must say what the task is about.", Pointer: "/subject"));
}

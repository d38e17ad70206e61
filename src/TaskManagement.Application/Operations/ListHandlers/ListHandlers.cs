using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Lists all handlers of events, with the events that they take.</summary>
[Requires(Scopes.Admin)]
public sealed record ListHandlers : IQuery<Page<HandlerDto>>;

/// <summary>A handler of events.</summary>
/// <param name="Handler">Its class.</param>
/// <param name="Concern">What it is about, such as <c>audit</c>.</param>
/// <param name="Phase">When it runs.</param>
/// <param name="Events">The types of events that it takes.</param>
/// <param name="CloudEventTypes">Of CloudEvents from outside, the types that it takes, and the beginnings of types; null if it makes no choice.</param>
/// <param name="Subscription">The name under which its progress is kept; null in the transaction, where there is none.</param>
public sealed record HandlerDto(
    string Handler, string Concern, HandlerPhase Phase, IReadOnlyList<string> Events, IReadOnlyList<string>? CloudEventTypes, string? Subscription);

/// <summary>When a handler runs.</summary>
public enum HandlerPhase
{
    /// <summary>In the transaction of the change.</summary>
    InTransaction,

    /// <summary>After the commit.</summary>
    AfterCommit,
}

/// <summary>The handlers of events that there are.</summary>
public interface IHandlers
{
    /// <summary>All of them, by class.</summary>
    IReadOnlyList<HandlerDto> All { get; }
}

internal sealed class ListHandlersValidator : AbstractValidator<ListHandlers>;

internal sealed class ListHandlersHandler(IHandlers handlers) : IRequestHandler<ListHandlers, Page<HandlerDto>>
{
    public Task<Page<HandlerDto>> Handle(ListHandlers request, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<HandlerDto>(handlers.All, NextCursor: null));
}

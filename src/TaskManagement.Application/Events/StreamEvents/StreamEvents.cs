using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Events;

/// <summary>Follows the log in the order of commit, from a place on, or from now on. The answer says where it begins, and goes on without end.</summary>
[Requires(Scopes.EventsRead, ProjectRole.Viewer)]
public sealed record StreamEvents : IQuery<OpenStream>, IEventChoice
{
    /// <summary>After this place, which an event or a page gave out; null for what happens from now on.</summary>
    public string? After { get; init; }

    /// <inheritdoc />
    public IReadOnlyList<string> Type { get; init; } = [];

    /// <inheritdoc />
    public Guid? Subject { get; init; }
}

/// <summary>Events that come as they are committed.</summary>
/// <param name="Position">The position after which it begins.</param>
/// <param name="Parts">What comes.</param>
public sealed record OpenStream(long Position, IAsyncEnumerable<StreamedEvents> Parts);

internal sealed class StreamEventsValidator : AbstractValidator<StreamEvents>
{
    public StreamEventsValidator(IEventTypeNames types) => this.ChoosesEvents(types);
}

internal sealed class StreamEventsHandler(IEventSearch events, IEventStream stream, ICallContext call) : IRequestHandler<StreamEvents, OpenStream>
{
    public async Task<OpenStream> Handle(StreamEvents request, CancellationToken cancellationToken)
    {
        var head = await events.HeadAsync(cancellationToken);
        var after = request.Position(head) ?? head;
        return new(after, stream.FollowAsync(after, request.Patterns(), request.Subject, Viewer.Of(call), cancellationToken));
    }
}

using System.Globalization;
using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Application.Common.EventLog;

internal static class StreamPages
{
    private const string Sort = "version";

    /// <summary>A page of the history of one aggregate, in version order.</summary>
    /// <exception cref="NotFoundException">There is no such aggregate: every one begins with an event.</exception>
    /// <exception cref="InvalidRequestException">The cursor is not one of this history.</exception>
    public static async Task<Page<LoggedEvent>> ReadPageAsync(
        this IEventLog log, string streamType, Guid streamId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = cursor is null ? 0 : VersionOf(cursor, streamId);
        var events = await log.ReadStreamAsync(streamType, streamId, after, limit + 1, cancellationToken);
        if (events.Count == 0 && after == 0)
            throw new NotFoundException(streamType, streamId);
        return events.Count <= limit
            ? new(events, null)
            : new([.. events.Take(limit)], new Cursor(Sort, events[limit - 1].StreamVersion.ToString(CultureInfo.InvariantCulture), streamId).Encode());
    }

    private static long VersionOf(string text, Guid streamId) =>
        Cursor.Decode(text, Sort) is { } cursor && cursor.Id == streamId
        && long.TryParse(cursor.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw Cursor.Broken();
}

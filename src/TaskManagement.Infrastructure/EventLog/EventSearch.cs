using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>Finds events by position. Every filter has an index that ends with the position, so that a page costs what it holds and not what the log holds.</summary>
internal sealed class EventSearch(TaskManagementDbContext db, CompiledQueries queries, TypesInLog typesInLog, Visibility visibility) : IEventSearch
{
    /// <summary>
    /// By how much an event may have happened earlier than one that was committed before it: transactions end in another order than they
    /// begin, and the clocks of nodes differ.
    /// </summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromHours(1);

    private IQueryable<EventRecord> Log => db.EventLog.AsNoTracking();

    public async Task<long> HeadAsync(CancellationToken cancellationToken) =>
        await queries.Head(db, cancellationToken) ?? 0;

    public async Task<IReadOnlyList<LoggedEvent>> FindAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        if (IsWholeLog(filter))
            return await queries.Log(db, filter.After, filter.UpTo, filter.Limit).ToListAsync(cancellationToken);
        filter = await WithinTimesAsync(filter, cancellationToken);
        var types = await TypesOfAsync(filter, cancellationToken);
        var events = Filter(filter);
        if (types is { Count: 0 } || filter.After >= filter.UpTo)
            return [];
        if (types is not null)
            events = filter is { StreamId: null, Actor: null, Address: null } ? OfTypesOneByOne(Log, events, types, filter) : events.Where(AnyOf(types));
        return await Sort(events, filter).Take(filter.Limit).Select(EventLogReader.AsLogged).ToListAsync(cancellationToken);
    }

    /// <summary>Whether nothing is left out: what who follows the feed of all events asks for, again and again.</summary>
    private static bool IsWholeLog(EventFilter filter) =>
        filter is { Types.Count: 0, StreamId: null, StreamType: null, Actor: null, Address: null, From: null, Before: null, NewestFirst: false, Viewer: null or { SeesEverything: true } };

    private static IQueryable<EventRecord> Sort(IQueryable<EventRecord> events, EventFilter filter) =>
        filter.NewestFirst ? events.OrderByDescending(record => record.Position) : events.OrderBy(record => record.Position);

    private IQueryable<EventRecord> Filter(EventFilter filter)
    {
        var (after, upTo) = (filter.After, filter.UpTo);
        var events = Log.Where(record => record.Position > after && record.Position <= upTo);
        if (filter.StreamId is { } stream)
            events = events.Where(record => record.StreamId == stream);
        if (filter.StreamType is { } kind)
            events = events.Where(record => record.StreamType == kind);
        if (filter.Actor is { } actor)
            events = events.Where(record => record.Actor == actor);
        if (filter.Address is { } address)
            events = events.Where(record => record.Address == address);
        if (filter.From is { } from)
            events = events.Where(record => record.OccurredAt >= from);
        if (filter.Before is { } before)
            events = events.Where(record => record.OccurredAt < before);
        return filter.Viewer is { } viewer ? visibility.Events(events, viewer) : events;
    }

    /// <summary>
    /// The first of each type, and of those the first of all: each is found in the index. Asked for several types at once, the databases would
    /// read the log from the position on until they have found enough, or collect all events of these types and sort them.
    /// </summary>
    private static IQueryable<EventRecord> OfTypesOneByOne(
        IQueryable<EventRecord> log, IQueryable<EventRecord> events, List<TypeAndVersion> types, EventFilter filter)
    {
        if (types.Count == 1)
            return events.Where(AnyOf(types));
        var positions = types
            .Select(type => Sort(events.Where(AnyOf([type])), filter).Take(filter.Limit).Select(record => record.Position!.Value))
            .Aggregate((some, others) => some.Concat(others));
        positions = (filter.NewestFirst ? positions.OrderByDescending(position => position) : positions.OrderBy(position => position)).Take(filter.Limit);
        return positions.Join(log, position => position, record => record.Position!.Value, (_, record) => record);
    }

    private static Expression<Func<EventRecord, bool>> AnyOf(List<TypeAndVersion> types)
    {
        var record = Expression.Parameter(typeof(EventRecord), "record");
        return Expression.Lambda<Func<EventRecord, bool>>(types.Select(type => Is(record, type)).Aggregate(Expression.OrElse), record);
    }

    private static BinaryExpression Is(ParameterExpression record, TypeAndVersion type)
    {
        // Members of a captured object become parameters of the statement.
        var wanted = Expression.Constant(type);
        var isOfType = Expression.Equal(
            Expression.Property(record, nameof(EventRecord.Type)), Expression.Property(wanted, nameof(TypeAndVersion.Type)));
        return type.Version is null
            ? isOfType
            : Expression.AndAlso(isOfType, Expression.Equal(
                Expression.Convert(Expression.Property(record, nameof(EventRecord.TypeVersion)), typeof(int?)),
                Expression.Property(wanted, nameof(TypeAndVersion.Version))));
    }

    /// <summary>The types that the filter means; null if it means all of them.</summary>
    private async Task<List<TypeAndVersion>?> TypesOfAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        // A kind of aggregate is the first word of the types of its events.
        var patterns = filter is { Types.Count: 0, StreamId: null, StreamType: { } kind } ? [new($"{kind}.", null, IsPrefix: true)] : filter.Types;
        if (patterns.Count == 0 || patterns.Any(pattern => pattern is { IsPrefix: true, Name: "" }))
            return null;
        var inLog = patterns.Any(pattern => pattern.IsPrefix) ? await typesInLog.UpToAsync(db, filter.UpTo, cancellationToken) : [];
        List<TypeAndVersion> exact = [.. patterns.Where(pattern => !pattern.IsPrefix).Select(pattern => new TypeAndVersion(pattern.Name, pattern.Version))];
        List<TypeAndVersion> all =
        [
            .. inLog.Where(type => patterns.Any(pattern => pattern.IsPrefix && pattern.Takes(type)))
                .Order(StringComparer.Ordinal).Select(type => new TypeAndVersion(type, null)),
        ];
        // What is meant twice is looked for once.
        all.AddRange(exact.Distinct().Where(one => !all.Contains(one with { Version = null })
            && (one.Version is null || !exact.Contains(one with { Version = null }))).ToList());
        return all;
    }

    /// <summary>Narrows the positions down to those that the times admit, so that what lies before or after them is not read.</summary>
    private async Task<EventFilter> WithinTimesAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        var upTo = filter.Before is { } before ? await LastBeforeAsync(before + Disorder, filter, cancellationToken) : filter.UpTo;
        var after = filter.From is { } from ? await LastBeforeAsync(from - Disorder, filter, cancellationToken) : filter.After;
        return filter with { After = after, UpTo = upTo };
    }

    /// <summary>The last position of an event before a time; if there is none, the one that the filter begins after.</summary>
    private async Task<long> LastBeforeAsync(DateTimeOffset time, EventFilter filter, CancellationToken cancellationToken)
    {
        var (last, end) = (filter.After, filter.UpTo);
        while (last < end)
        {
            var middle = last + (end - last + 1) / 2;
            var found = await Log.Where(record => record.Position >= middle && record.Position <= end)
                .OrderBy(record => record.Position)
                .Select(record => new { record.Position, record.OccurredAt })
                .FirstOrDefaultAsync(cancellationToken);
            if (found?.OccurredAt < time)
                last = found.Position!.Value;
            else
                end = middle - 1;
        }

        return last;
    }

    /// <summary>A type of event, in any version or in one.</summary>
    private sealed record TypeAndVersion(string Type, int? Version);
}

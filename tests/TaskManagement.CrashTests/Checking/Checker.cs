namespace TaskManagement.CrashTests.Checking;

/// <summary>
/// Finds every way in which a history breaks what the service promises. Each rule is a method below; the promises are those of docs/extend.md:
/// nothing acknowledged is lost, nothing is delivered that was rolled back, what handlers write to the database is kept exactly once, and each
/// aggregate's events reach each subscription in the order of their versions, or are given up, or wait behind one that is.
/// </summary>
internal static class Checker
{
    public static IReadOnlyList<Violation> Check(RunHistory history)
    {
        var log = history.Log.ToDictionary(row => row.EventId);
        return
        [
            .. AcknowledgedIsLogged(history),
            .. KeyedCommandsAreDoneOnce(history),
            .. StreamsAreGapless(history),
            .. TablesAgreeWithLog(history),
            .. PositionsAreGapless(history),
            .. PositionsFollowVersions(history),
            .. ReadersMissNothing(history),
            .. RolledBackLeavesNothing(history, log),
            .. EffectsSayWhatTheLogSays(history, log),
            .. history.Takers.SelectMany(taker => Check(new Subscription(taker, history))),
        ];
    }

    private static IEnumerable<Violation> Check(Subscription subscription) =>
    [
        .. EveryEventIsSettledOnce(subscription),
        .. OnlyWhatIsTakenIsDelivered(subscription),
        .. NothingPassesADeadLetter(subscription),
        .. OnlyTheDoomedAreGivenUp(subscription),
        .. EffectsFollowVersions(subscription),
        .. EffectsWereSeenOutside(subscription),
        .. FirstActsFollowVersions(subscription),
        .. AttemptsWaitForTheirPredecessors(subscription),
        .. NoProcessGoesBack(subscription),
        .. EventsAreRaisedOnce(subscription),
    ];

    /// <summary>The version that a client was told of is in the log.</summary>
    private static IEnumerable<Violation> AcknowledgedIsLogged(RunHistory history)
    {
        var versions = history.Log.Select(row => (row.StreamId, row.Version)).ToHashSet();
        return history.Acknowledged
            .Where(answer => !versions.Contains((answer.TaskId, answer.Version)))
            .Select(answer => new Violation(Rule.AcknowledgedIsLost, $"{answer} is not in the log."));
    }

    /// <summary>A command that was sent several times with one key has raised each of its events once.</summary>
    private static IEnumerable<Violation> KeyedCommandsAreDoneOnce(RunHistory history)
    {
        var raised = history.Log.Where(row => row.CausationDepth == 0 && row.StreamType == "task").ToLookup(row => row.CorrelationId);
        return
            from answer in history.Acknowledged
            where answer.IsKeyed
            from sameType in raised[answer.Operation].GroupBy(row => row.Type)
            where sameType.Count() > 1
            select new Violation(Rule.CommandIsDoneTwice, $"{answer} raised {sameType.Key} {sameType.Count()} times.");
    }

    /// <summary>The versions of each stream are 1, 2, 3 …</summary>
    private static IEnumerable<Violation> StreamsAreGapless(RunHistory history) =>
        from stream in history.Log.GroupBy(row => (row.StreamType, row.StreamId))
        let versions = stream.Select(row => row.Version).Order().ToList()
        where !versions.SequenceEqual(Enumerable.Range(1, versions.Count).Select(number => (long)number))
        select new Violation(Rule.StreamHasGap, $"{stream.Key} has the versions {string.Join(' ', versions)}.");

    /// <summary>Every aggregate has the version of its last event.</summary>
    private static IEnumerable<Violation> TablesAgreeWithLog(RunHistory history)
    {
        var last = history.Log.GroupBy(row => (row.StreamType, row.StreamId)).ToDictionary(stream => stream.Key, stream => stream.Max(row => row.Version));
        return history.Aggregates
            .Where(aggregate => last.GetValueOrDefault((aggregate.StreamType, aggregate.StreamId)) != aggregate.Version)
            .Select(aggregate => new Violation(
                Rule.TableIsNotTheLog, $"{aggregate} has version {last.GetValueOrDefault((aggregate.StreamType, aggregate.StreamId))} in the log."));
    }

    /// <summary>Positions are 1, 2, 3 … and every event has one.</summary>
    private static IEnumerable<Violation> PositionsAreGapless(RunHistory history)
    {
        foreach (var row in history.Log.Where(row => row.Position is null))
            yield return new(Rule.PositionIsMissing, $"{row} has no position.");
        var expected = 1L;
        foreach (var row in history.Log.Where(row => row.Position is not null).OrderBy(row => row.Position))
        {
            if (row.Position != expected)
                yield return new(Rule.PositionHasGap, $"Position {row.Position} of {row} comes where {expected} is due.");
            expected = row.Position!.Value + 1;
        }
    }

    /// <summary>Within a stream, positions rise with versions.</summary>
    private static IEnumerable<Violation> PositionsFollowVersions(RunHistory history) =>
        from stream in history.Log.Where(row => row.Position is not null).GroupBy(row => (row.StreamType, row.StreamId))
        from pair in Pairs(stream.OrderBy(row => row.Version))
        where pair.Second.Position <= pair.First.Position
        select new Violation(Rule.PositionIsOutOfOrder, $"{pair.Second} is not after {pair.First}.");

    /// <summary>Who follows the log by position sees all of it, each event once and at the place where it stays.</summary>
    private static IEnumerable<Violation> ReadersMissNothing(RunHistory history)
    {
        var seen = history.Seen.Select(item => (item.Position, item.EventId)).ToHashSet();
        foreach (var row in history.Log.Where(row => row.Position is { } position && !seen.Contains((position, row.EventId))))
            yield return new(Rule.ReaderMissedEvent, $"{row} was not there when a reader came by.");
        foreach (var pair in Pairs(history.Seen).Where(pair => pair.Second.Position <= pair.First.Position))
            yield return new(Rule.ReaderMissedEvent, $"{pair.Second} was seen after {pair.First}.");
        var kept = history.Log.Select(row => (row.Position ?? 0, row.EventId)).ToHashSet();
        foreach (var item in history.Seen.Where(item => !kept.Contains((item.Position, item.EventId))))
            yield return new(Rule.ReaderMissedEvent, $"{item} was seen and is not there.");
    }

    /// <summary>What was rolled back is neither logged nor delivered.</summary>
    private static IEnumerable<Violation> RolledBackLeavesNothing(RunHistory history, Dictionary<Guid, LogRow> log)
    {
        foreach (var id in history.RolledBack.Where(log.ContainsKey))
            yield return new(Rule.RolledBackIsKept, $"Event {id} was rolled back and is in the log.");
        foreach (var effect in history.Effects.Where(effect => !log.ContainsKey(effect.EventId)))
            yield return new(Rule.RolledBackIsDelivered, $"{effect} is of an event that is not in the log.");
        foreach (var line in history.Outside.Where(line => line.Step != OutsideStep.RolledBack && !log.ContainsKey(line.EventId)))
            yield return new(Rule.RolledBackIsDelivered, $"{line} is of an event that is not in the log.");
        foreach (var row in history.Parked.Where(row => !log.ContainsKey(row.EventId)))
            yield return new(Rule.RolledBackIsDelivered, $"{row} is of an event that is not in the log.");
    }

    /// <summary>A handler was told the event's own aggregate, version and position.</summary>
    private static IEnumerable<Violation> EffectsSayWhatTheLogSays(RunHistory history, Dictionary<Guid, LogRow> log) =>
        from effect in history.Effects
        let row = log.GetValueOrDefault(effect.EventId)
        where row is not null && (row.StreamId, row.Version, row.Position) != (effect.StreamId, effect.Version, effect.Position)
        select new Violation(Rule.DeliveredIsNotLogged, $"{effect} is of {row}.");

    /// <summary>Every event that a subscription takes has had its effect once, or is given up, or waits behind one that is: one of them, and only one.</summary>
    private static IEnumerable<Violation> EveryEventIsSettledOnce(Subscription subscription)
    {
        foreach (var row in subscription.Lanes.SelectMany(lane => lane))
        {
            var effects = subscription.Effects[row.EventId].Count();
            var parked = subscription.Parked[row.EventId].ToList();
            if (!subscription.IsDelivered(row) && parked.Count == 0)
                yield return subscription.Breaks(Rule.EventIsLost, row, "was never settled");
            if (effects > 1)
                yield return subscription.Breaks(Rule.EffectIsDoubled, row, $"has {effects} effects");
            if (effects > 0 && parked.Count > 0)
                yield return subscription.Breaks(Rule.DeliveredIsParked, row, $"has its effect, and is parked as {parked[0].State}");
            if (parked.Count > 1 || parked.Exists(item => item.State == ParkedState.Retrying))
                yield return subscription.Breaks(Rule.EventIsUnsettled, row, $"is parked as {string.Join(", ", parked)}");
        }
    }

    /// <summary>Nothing is delivered or parked that the subscription does not take.</summary>
    private static IEnumerable<Violation> OnlyWhatIsTakenIsDelivered(Subscription subscription)
    {
        var taken = subscription.Lanes.SelectMany(lane => lane).Select(row => row.EventId).ToHashSet();
        var settled = subscription.Effects.Select(effects => effects.Key).Concat(subscription.Parked.Select(parked => parked.Key));
        return settled.Distinct().Where(id => !taken.Contains(id))
            .Select(id => new Violation(Rule.DeliveredIsNotTaken, $"{subscription.Taker.Name} was given event {id}, which it does not take."));
    }

    /// <summary>Behind an event that is given up, the lane waits; unless the subscription goes on, and then nothing waits.</summary>
    private static IEnumerable<Violation> NothingPassesADeadLetter(Subscription subscription)
    {
        foreach (var lane in subscription.Lanes)
        {
            LogRow? dead = null;
            foreach (var row in lane)
            {
                var parked = subscription.Parked[row.EventId].FirstOrDefault();
                if (parked?.State == ParkedState.Behind && (dead is null || subscription.Taker.GoesOnBehindDead))
                    yield return subscription.Breaks(Rule.EventIsUnsettled, row, "waits behind nothing");
                if (dead is not null && !subscription.Taker.GoesOnBehindDead && subscription.Attempts[row.EventId].Any())
                    yield return subscription.Breaks(Rule.DeadLetterIsPassed, row, $"was tried although {dead.EventId} before it is dead");
                if (parked?.State == ParkedState.Dead)
                    dead = row;
            }
        }
    }

    /// <summary>An event is given up if and only if its handler can't succeed, and for that reason.</summary>
    private static IEnumerable<Violation> OnlyTheDoomedAreGivenUp(Subscription subscription)
    {
        foreach (var row in subscription.Lanes.SelectMany(lane => lane))
        {
            var doom = subscription.Taker.DoomOf(row);
            var dead = subscription.Parked[row.EventId].FirstOrDefault(parked => parked.State == ParkedState.Dead);
            if (dead is not null && doom is null)
                yield return subscription.Breaks(Rule.InnocentIsDead, row, $"is given up: {dead}");
            if (doom is not null && subscription.Effects[row.EventId].Any())
                yield return subscription.Breaks(Rule.DoomedIsDelivered, row, "can't be delivered, and has its effect");
            if (dead is not null && doom is not null && dead.Error?.Contains(doom, StringComparison.OrdinalIgnoreCase) != true)
                yield return subscription.Breaks(Rule.DeadLetterHasNoReason, row, $"is given up without the word '{doom}': {dead}");
        }
    }

    /// <summary>Within a lane, effects were written in the order of the versions.</summary>
    private static IEnumerable<Violation> EffectsFollowVersions(Subscription subscription) =>
        from lane in subscription.Lanes
        from pair in Pairs(lane.SelectMany(row => subscription.Effects[row.EventId]).OrderBy(subscription.OrderOf))
        where pair.Second.Version < pair.First.Version
        select new Violation(Rule.LaneIsOutOfOrder, $"{pair.Second} was written after {pair.First}.");

    /// <summary>At least once outside: the run whose effect was kept has acted outside before.</summary>
    private static IEnumerable<Violation> EffectsWereSeenOutside(Subscription subscription) =>
        from row in subscription.Lanes.SelectMany(lane => lane)
        from effect in subscription.Effects[row.EventId]
        where !subscription.Acts[row.EventId].Any(act => act.Line.Invocation == effect.Invocation)
        select subscription.Breaks(Rule.OutsideIsLost, row, $"has its effect {effect.Invocation} and was not seen outside");

    /// <summary>
    /// Events reach the outside for the first time in the order of their versions. What repeats does so for one reason only: its transaction was
    /// not committed, so that it is handled again, with those before it that were in the same transaction.
    /// </summary>
    private static IEnumerable<Violation> FirstActsFollowVersions(Subscription subscription)
    {
        foreach (var lane in subscription.Lanes)
        {
            var firsts =
                from row in lane
                let first = subscription.Acts[row.EventId].Select(act => act.Place).DefaultIfEmpty(-1).Min()
                where first >= 0
                select (Row: row, Place: first);
            foreach (var (earlier, later) in Pairs(firsts))
            {
                if (later.Place < earlier.Place)
                    yield return subscription.Breaks(Rule.OutsideIsOutOfOrder, later.Row, $"was seen outside before version {earlier.Row.Version}");
            }
        }
    }

    /// <summary>
    /// No attempt at an event begins before the one before it in its lane is done: committed, where each event has a transaction of its own;
    /// acted on, where several share one or there is none.
    /// </summary>
    private static IEnumerable<Violation> AttemptsWaitForTheirPredecessors(Subscription subscription)
    {
        foreach (var lane in subscription.Lanes)
        {
            LogRow? earlier = null;
            var done = 0;
            foreach (var row in lane)
            {
                foreach (var attempt in subscription.Attempts[row.EventId].Where(attempt => attempt.Place < done))
                    yield return subscription.Breaks(Rule.AttemptIsTooEarly, row, $"was tried by {attempt.Line} before version {earlier?.Version} was done");
                // An event that is given up is done at a time that leaves no trace; what comes after it is another rule's matter.
                if (subscription.Parked[row.EventId].Any() || !subscription.IsDelivered(row))
                    continue;
                earlier = row;
                done = subscription.Acts[row.EventId]
                    .Where(act => !subscription.CommitsEach(row) || subscription.IsKept(act.Line))
                    .Select(act => act.Place).DefaultIfEmpty(int.MaxValue).Min();
            }
        }
    }

    /// <summary>
    /// A process never begins a version again before those that it has committed in the same lane; where each event has a transaction of its own,
    /// before those that it has begun. (Another process may, once: the one that lost its lease while it was about to.)
    /// </summary>
    private static IEnumerable<Violation> NoProcessGoesBack(Subscription subscription)
    {
        foreach (var lane in subscription.Lanes)
        {
            var commitsEach = lane.TrueForAll(subscription.CommitsEach);
            var attempts = lane.SelectMany(row => subscription.Attempts[row.EventId].Select(attempt => (Row: row, attempt.Line, attempt.Place)));
            foreach (var process in attempts.GroupBy(attempt => attempt.Line.Process))
            {
                var reached = 0L;
                foreach (var (row, line, _) in process.OrderBy(attempt => attempt.Place))
                {
                    if (row.Version < reached)
                        yield return subscription.Breaks(Rule.ProcessGoesBack, row, $"was tried by {line} after version {reached}");
                    if (commitsEach || subscription.IsKept(line))
                        reached = Math.Max(reached, row.Version);
                }
            }
        }
    }

    /// <summary>What a handler raises is raised once for each event that was delivered, and for no other.</summary>
    private static IEnumerable<Violation> EventsAreRaisedOnce(Subscription subscription)
    {
        if (subscription.Taker.Raises is not { } type)
            yield break;
        var raised = subscription.Log.Where(row => row.Type == type && row.Actor == $"system:{subscription.Taker.Name}").ToLookup(row => row.CausationId);
        foreach (var row in subscription.Lanes.SelectMany(lane => lane))
        {
            var (due, found) = (subscription.Effects[row.EventId].Any() ? 1 : 0, raised[row.EventId].Count());
            if (due != found)
                yield return subscription.Breaks(Rule.RaisedIsNotOne, row, $"led to {found} events {type} where {due} is due");
        }
    }

    private static IEnumerable<(T First, T Second)> Pairs<T>(IEnumerable<T> items)
    {
        var all = items.ToList();
        return all.Zip(all.Skip(1));
    }

    /// <summary>What concerns one subscription, by event.</summary>
    private sealed class Subscription
    {
        private readonly Dictionary<Effect, int> _order = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<Guid> _kept;

        public Subscription(Taker taker, RunHistory history)
        {
            Taker = taker;
            Log = history.Log;
            Lanes = [.. history.Log.Where(taker.Takes).GroupBy(row => (row.StreamType, row.StreamId)).Select(lane => lane.OrderBy(row => row.Version).ToList())];
            var effects = history.Effects.Where(effect => effect.Subscription == taker.Name).ToList();
            for (var place = 0; place < effects.Count; place++)
                _order[effects[place]] = place;
            _kept = [.. effects.Select(effect => effect.Invocation)];
            Effects = effects.ToLookup(effect => effect.EventId);
            Parked = history.Parked.Where(parked => parked.Subscription == taker.Name).ToLookup(parked => parked.EventId);
            var lines = history.Outside.Select((line, place) => (Line: line, Place: place)).Where(item => item.Line.Subscription == taker.Name).ToList();
            Attempts = lines.Where(item => item.Line.Step == OutsideStep.Began).ToLookup(item => item.Line.EventId);
            Acts = lines.Where(item => item.Line.Step == OutsideStep.Acted).ToLookup(item => item.Line.EventId);
        }

        public Taker Taker { get; }

        public IReadOnlyList<LogRow> Log { get; }

        /// <summary>The events that it takes, of each aggregate in the order of versions.</summary>
        public IReadOnlyList<List<LogRow>> Lanes { get; }

        public ILookup<Guid, Effect> Effects { get; }

        public ILookup<Guid, ParkedRow> Parked { get; }

        public ILookup<Guid, (OutsideLine Line, int Place)> Attempts { get; }

        public ILookup<Guid, (OutsideLine Line, int Place)> Acts { get; }

        public bool IsDelivered(LogRow row) => Taker.Keeps(row) ? Effects[row.EventId].Any() : Acts[row.EventId].Any();

        /// <summary>Whether an event is handled in a transaction that no other event shares.</summary>
        public bool CommitsEach(LogRow row) => Taker.BatchSize == 1 && Taker.Keeps(row);

        /// <summary>Whether a run of the handler was committed.</summary>
        public bool IsKept(OutsideLine line) => _kept.Contains(line.Invocation);

        public int OrderOf(Effect effect) => _order[effect];

        public Violation Breaks(Rule rule, LogRow row, string how) => new(
            rule, $"{Taker.Name}: {row.Type} {row.EventId}, version {row.Version} of {row.StreamId}, position {row.Position}, {how}.");
    }
}

/// <summary>A way in which a history breaks a promise.</summary>
internal sealed record Violation(Rule Rule, string What);

/// <summary>What can be broken.</summary>
internal enum Rule
{
    AcknowledgedIsLost,
    CommandIsDoneTwice,
    StreamHasGap,
    TableIsNotTheLog,
    PositionIsMissing,
    PositionHasGap,
    PositionIsOutOfOrder,
    ReaderMissedEvent,
    RolledBackIsKept,
    RolledBackIsDelivered,
    DeliveredIsNotLogged,
    EventIsLost,
    EffectIsDoubled,
    DeliveredIsParked,
    EventIsUnsettled,
    DeliveredIsNotTaken,
    DeadLetterIsPassed,
    InnocentIsDead,
    DoomedIsDelivered,
    DeadLetterHasNoReason,
    LaneIsOutOfOrder,
    OutsideIsLost,
    OutsideIsOutOfOrder,
    AttemptIsTooEarly,
    ProcessGoesBack,
    RaisedIsNotOne,
    TableDiffersFromLog,
}

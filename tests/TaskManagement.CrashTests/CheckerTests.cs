using TaskManagement.CrashTests.Checking;

namespace TaskManagement.CrashTests;

/// <summary>The checker accepts every history that the service promises, and sees each way of breaking the promise.</summary>
public sealed class CheckerTests
{
    private const string Client = "user:tester";
    private static readonly Guid TaskA = new("0000000a-0000-7000-8000-000000000000");
    private static readonly Guid TaskB = new("0000000b-0000-7000-8000-000000000000");

    [Fact]
    public void A_history_in_which_all_went_well_is_accepted() => Assert.Empty(Checker.Check(new Story().History));

    [Fact]
    public void Attempts_that_failed_and_were_repeated_are_accepted()
    {
        var story = new Story();
        story.Outside.Clear();
        story.Began("all", 1, run: 90, process: "one").Acted("all", 1, run: 90, process: "one");
        story.Began("all", 1, process: "two").Acted("all", 1, process: "two");
        story.Began("all", 2, process: "two").Acted("all", 2, process: "two");
        // It was about to handle version 1 when it lost its lease, and learns of it when it is done.
        story.Began("all", 1, run: 91, process: "one").Acted("all", 1, run: 91, process: "one");
        story.Began("all", 3, process: "two").Acted("all", 3, process: "two");
        story.Began("all", 4, process: "two").Acted("all", 4, process: "two");
        Assert.Empty(story.Check());
    }

    [Fact]
    public void A_batch_that_was_rolled_back_may_be_repeated_as_a_whole()
    {
        var story = new Story { Taker = new("all", _ => true) { BatchSize = 50 } };
        story.Outside.Clear();
        foreach (var number in (int[])[1, 2, 3])
            story.Began("all", number, run: 90 + number).Acted("all", number, run: 90 + number);
        foreach (var number in (int[])[1, 2, 3, 4])
            story.Began("all", number).Acted("all", number);
        Assert.Empty(story.Check());
    }

    [Fact]
    public void What_is_known_outside_only_may_be_repeated_from_any_place_on()
    {
        var story = new Story { Taker = new("all", _ => true) { Keeps = _ => false } };
        story.Effects.Clear();
        foreach (var number in (int[])[1, 2, 3])
            story.Began("all", number, run: 90 + number).Acted("all", number, run: 90 + number);
        Assert.Empty(story.Check());
    }

    [Fact]
    public void A_dead_letter_with_its_lane_behind_it_is_accepted()
    {
        var story = new Story { Taker = new("all", _ => true) { DoomOf = row => row.EventId == Story.Event(1) ? "process ended" : null } };
        story.Take(1, ParkedState.Dead, "The process ended.").Take(2, ParkedState.Behind).Take(3, ParkedState.Behind);
        Assert.Empty(story.Check());
    }

    [Fact]
    public void A_dead_letter_that_is_left_behind_is_accepted()
    {
        var story = new Story { Taker = new("all", _ => true) { GoesOnBehindDead = true, DoomOf = row => row.EventId == Story.Event(1) ? "failed" : null } };
        story.Take(1, ParkedState.Dead, "It failed.");
        Assert.Empty(story.Check());
    }

    [Fact]
    public void An_acknowledged_version_that_is_not_logged_is_seen() =>
        AssertBroken(Rule.AcknowledgedIsLost, story => story.Acknowledged.Add(new("patch-9", "patch", IsKeyed: false, TaskA, Version: 4, default)));

    [Fact]
    public void A_command_with_a_key_that_was_done_twice_is_seen() => AssertBroken(Rule.CommandIsDoneTwice, story =>
    {
        story.Acknowledged.Add(new("start-1", "start", IsKeyed: true, TaskA, Version: 2, default));
        story.Change(2, row => row with { Type = "task.status_changed", CorrelationId = "start-1" });
        story.Change(3, row => row with { Type = "task.status_changed", CorrelationId = "start-1" });
    });

    [Fact]
    public void A_gap_in_a_stream_is_seen() => AssertBroken(Rule.StreamHasGap, story =>
    {
        story.Change(3, row => row with { Version = 4 });
        story.Aggregates[0] = story.Aggregates[0] with { Version = 4 };
    });

    [Fact]
    public void A_task_that_is_not_what_its_events_say_is_seen() =>
        AssertBroken(Rule.TableIsNotTheLog, story => story.Aggregates[0] = story.Aggregates[0] with { Version = 4 });

    [Fact]
    public void An_event_without_a_position_is_seen() =>
        AssertBroken(Rule.PositionIsMissing, story => story.Change(4, row => row with { Position = null }));

    [Fact]
    public void A_gap_in_the_positions_is_seen() =>
        AssertBroken(Rule.PositionHasGap, story => story.Change(4, row => row with { Position = 5 }));

    [Fact]
    public void A_position_given_twice_is_seen() =>
        AssertBroken(Rule.PositionHasGap, story => story.Change(4, row => row with { Position = 3 }));

    [Fact]
    public void Positions_against_the_order_of_versions_are_seen() => AssertBroken(Rule.PositionIsOutOfOrder, story =>
    {
        story.Change(1, row => row with { Position = 2 });
        story.Change(2, row => row with { Position = 1 });
    });

    [Fact]
    public void An_event_that_appears_behind_a_reader_is_seen() => AssertBroken(Rule.ReaderMissedEvent, story => story.Seen.RemoveAt(1));

    [Fact]
    public void An_event_that_a_reader_saw_and_that_is_gone_is_seen() =>
        AssertBroken(Rule.ReaderMissedEvent, story => story.Seen.Add(new(5, Story.Event(5))));

    [Fact]
    public void An_event_of_a_rolled_back_transaction_in_the_log_is_seen() => AssertBroken(Rule.RolledBackIsKept, story => story.RolledBack.Add(Story.Event(2)));

    [Fact]
    public void An_effect_of_an_event_that_is_not_logged_is_seen() =>
        AssertBroken(Rule.RolledBackIsDelivered, story => story.Effects.Add(story.Effects[0] with { EventId = Story.Event(9) }));

    [Fact]
    public void An_attempt_at_an_event_that_is_not_logged_is_seen() =>
        AssertBroken(Rule.RolledBackIsDelivered, story => story.Outside.Add(story.Outside[0] with { EventId = Story.Event(9) }));

    [Fact]
    public void A_handler_that_was_told_another_position_is_seen() =>
        AssertBroken(Rule.DeliveredIsNotLogged, story => story.Effects[0] = story.Effects[0] with { Position = 7 });

    [Fact]
    public void A_lost_event_is_seen() => AssertBroken(Rule.EventIsLost, story => story.Forget(2));

    [Fact]
    public void A_lost_event_is_seen_where_nothing_is_kept_inside()
    {
        var story = new Story { Taker = new("all", _ => true) { Keeps = _ => false } };
        story.Effects.Clear();
        story.Forget(4);
        Assert.Contains(story.Check(), violation => violation.Rule == Rule.EventIsLost);
    }

    [Fact]
    public void A_doubled_effect_is_seen() =>
        AssertBroken(Rule.EffectIsDoubled, story => story.Effects.Add(story.Effects[1] with { Invocation = Story.Run(92) }));

    [Fact]
    public void An_event_that_is_delivered_and_parked_is_seen() => AssertBroken(Rule.DeliveredIsParked, story => story.Park(3, ParkedState.Dead, "It failed."));

    [Fact]
    public void An_event_that_is_still_to_be_tried_is_seen() => AssertBroken(Rule.EventIsUnsettled, story => story.Take(3, ParkedState.Retrying));

    [Fact]
    public void An_event_that_waits_behind_nothing_is_seen() => AssertBroken(Rule.EventIsUnsettled, story => story.Take(3, ParkedState.Behind));

    [Fact]
    public void An_event_that_the_subscription_does_not_take_is_seen() =>
        AssertBroken(Rule.DeliveredIsNotTaken, story => story.Taker = new("all", row => row.EventId != Story.Event(3)));

    [Fact]
    public void An_event_delivered_behind_a_dead_letter_is_seen() => AssertBroken(Rule.DeadLetterIsPassed, story =>
    {
        story.Taker = story.Taker with { DoomOf = row => row.EventId == Story.Event(2) ? "failed" : null };
        story.Take(2, ParkedState.Dead, "It failed.");
    });

    [Fact]
    public void An_event_given_up_for_no_fault_of_its_own_is_seen() => AssertBroken(Rule.InnocentIsDead, story => story.Take(3, ParkedState.Dead, "It failed."));

    [Fact]
    public void An_event_that_can_not_be_delivered_and_was_is_seen() =>
        AssertBroken(Rule.DoomedIsDelivered, story => story.Taker = story.Taker with { DoomOf = row => row.EventId == Story.Event(3) ? "failed" : null });

    [Fact]
    public void A_dead_letter_without_its_reason_is_seen() => AssertBroken(Rule.DeadLetterHasNoReason, story =>
    {
        story.Taker = story.Taker with { DoomOf = row => row.EventId == Story.Event(3) ? "process ended" : null };
        story.Take(3, ParkedState.Dead, "Something happened.");
    });

    [Fact]
    public void Effects_against_the_order_of_versions_are_seen() => AssertBroken(Rule.LaneIsOutOfOrder, story => story.Effects.Reverse(0, 2));

    [Fact]
    public void An_effect_that_was_never_seen_outside_is_seen() => AssertBroken(
        Rule.OutsideIsLost, story => story.Outside.RemoveAll(line => line.Step == OutsideStep.Acted && line.EventId == Story.Event(3)));

    [Fact]
    public void Acts_outside_against_the_order_of_versions_are_seen() => AssertBroken(Rule.OutsideIsOutOfOrder, story =>
    {
        story.Outside.Clear();
        story.Began("all", 2).Acted("all", 2).Began("all", 1).Acted("all", 1).Began("all", 3).Acted("all", 3).Began("all", 4).Acted("all", 4);
    });

    [Fact]
    public void An_attempt_before_the_one_before_it_is_committed_is_seen() => AssertBroken(Rule.AttemptIsTooEarly, story =>
    {
        story.Outside.Clear();
        story.Began("all", 1, run: 90).Acted("all", 1, run: 90);
        story.Began("all", 2, run: 91).Acted("all", 2, run: 91);
        foreach (var number in (int[])[1, 2, 3, 4])
            story.Began("all", number, process: "two").Acted("all", number, process: "two");
    });

    [Fact]
    public void A_process_that_goes_back_is_seen() =>
        AssertBroken(Rule.ProcessGoesBack, story => story.Began("all", 1, run: 90).Acted("all", 1, run: 90));

    [Fact]
    public void A_process_that_goes_back_before_what_it_committed_in_batches_is_seen() => AssertBroken(Rule.ProcessGoesBack, story =>
    {
        story.Taker = story.Taker with { BatchSize = 50 };
        story.Began("all", 1, run: 90).Acted("all", 1, run: 90);
    });

    [Fact]
    public void An_event_that_a_handler_raised_twice_is_seen() => AssertBroken(Rule.RaisedIsNotOne, story =>
    {
        story.Taker = new("all", row => row.EventId == Story.Event(3)) { Raises = "task.raised" };
        story.Effects.RemoveAll(effect => effect.EventId != Story.Event(3));
        story.Change(1, row => row with { Type = "task.raised", Actor = "system:all", CausationId = Story.Event(3) });
        story.Change(2, row => row with { Type = "task.raised", Actor = "system:all", CausationId = Story.Event(3) });
    });

    [Fact]
    public void An_event_that_a_handler_did_not_raise_is_seen() => AssertBroken(Rule.RaisedIsNotOne, story =>
    {
        story.Taker = new("all", row => row.EventId == Story.Event(3)) { Raises = "task.raised" };
        story.Effects.RemoveAll(effect => effect.EventId != Story.Event(3));
    });

    private static void AssertBroken(Rule rule, Action<Story> spoil)
    {
        var story = new Story();
        spoil(story);
        Assert.Contains(story.Check(), violation => violation.Rule == rule);
    }

    /// <summary>Three events of one task and one of another, all delivered; until it is spoiled.</summary>
    private sealed class Story
    {
        public Story()
        {
            Log = [Row(1, TaskA, 1), Row(2, TaskA, 2), Row(3, TaskA, 3), Row(4, TaskB, 1)];
            Seen = [.. Log.Select(row => new SeenEvent(row.Position!.Value, row.EventId))];
            Aggregates = [new("task", TaskA, 3), new("task", TaskB, 1)];
            Acknowledged = [new("patch-3", "patch", IsKeyed: false, TaskA, Version: 3, default)];
            for (var number = 1; number <= Log.Count; number++)
            {
                var row = Log[number - 1];
                Effects.Add(new("all", row.EventId, row.StreamId, row.Version, row.Position!.Value, Run(number)));
                Began("all", number).Acted("all", number);
            }
        }

        public List<LogRow> Log { get; }

        public List<SeenEvent> Seen { get; }

        public List<AggregateRow> Aggregates { get; }

        public List<Acknowledgement> Acknowledged { get; }

        public List<Guid> RolledBack { get; } = [];

        public List<Effect> Effects { get; } = [];

        public List<OutsideLine> Outside { get; } = [];

        public List<ParkedRow> Parked { get; } = [];

        public Taker Taker { get; set; } = new("all", _ => true);

        public RunHistory History => new()
        {
            Acknowledged = Acknowledged,
            Log = Log,
            Seen = Seen,
            Aggregates = Aggregates,
            RolledBack = RolledBack,
            Takers = [Taker],
            Effects = Effects,
            Outside = Outside,
            Parked = Parked,
        };

        public static Guid Event(int number) => new(number, 1, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

        public static Guid Run(int number) => new(number, 2, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

        public IReadOnlyList<Violation> Check() => Checker.Check(History);

        public void Change(int number, Func<LogRow, LogRow> change) => Log[number - 1] = change(Log[number - 1]);

        public Story Began(string subscription, int number, int? run = null, string process = "one") => Add(OutsideStep.Began, subscription, number, run, process);

        public Story Acted(string subscription, int number, int? run = null, string process = "one") => Add(OutsideStep.Acted, subscription, number, run, process);

        /// <summary>Undoes the delivery of an event.</summary>
        public void Forget(int number)
        {
            Effects.RemoveAll(effect => effect.EventId == Event(number));
            Outside.RemoveAll(line => line.EventId == Event(number));
        }

        public Story Park(int number, ParkedState state, string? error = null)
        {
            Parked.Add(new("all", Event(number), Log[number - 1].StreamId, state, Attempts: 1, error));
            return this;
        }

        /// <summary>Parks an event instead of delivering it.</summary>
        public Story Take(int number, ParkedState state, string? error = null)
        {
            Forget(number);
            return Park(number, state, error);
        }

        private static LogRow Row(long position, Guid stream, long version) => new(
            position, Event((int)position), "task", stream, version, "task.details_changed", "{}", Client, "correlation", Guid.Empty, CausationDepth: 0);

        private Story Add(OutsideStep step, string subscription, int number, int? run, string process)
        {
            var row = Log[number - 1];
            Outside.Add(new(step, subscription, row.EventId, row.StreamId, row.Version, Attempt: 1, Run(run ?? number), process, Milliseconds: 0));
            return this;
        }
    }
}

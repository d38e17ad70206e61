using System.Text.Json;

namespace TaskManagement.Cli;

/// <summary>What the service tells, as far as people are shown it.</summary>
internal sealed record PageOf<T>(IReadOnlyList<T> Items, string? NextCursor);

internal sealed record EventModel(Guid Id, string Type, Guid Subject, DateTimeOffset OccurredAt, string? Position);

internal sealed record SubscriptionModel(
    string Name,
    string? Handler,
    string? Concern,
    IReadOnlyList<string> Takes,
    PolicyModel? Policy,
    string State,
    DateTimeOffset? PausedAt,
    ObstacleModel? Obstacle,
    string? Position,
    string? RepeatsUntil,
    LagModel Lag,
    EventModel? OldestUndelivered,
    ParkedCountsModel Parked,
    IReadOnlyList<PartitionModel> Partitions);

internal sealed record ObstacleModel(string Reason, DateTimeOffset Since);

internal sealed record LagModel(long Events, bool AtMost, double Seconds);

internal sealed record ParkedCountsModel(int Retrying, int Behind, int Dead, int Lanes);

internal sealed record PartitionModel(int Number, string Position, string? Holder, DateTimeOffset? LeaseUntil);

internal sealed record PolicyModel(
    int MaxAttempts,
    double BackoffBaseSeconds,
    double BackoffCapSeconds,
    double TimeLimitSeconds,
    int Partitions,
    int BatchSize,
    string StartFrom,
    bool Replayable,
    bool Rebuildable,
    string AfterDeadLetter);

internal sealed record PauseModel(string Subscription, bool Paused, bool Changed);

internal sealed record ParkedModel(
    long Id,
    string Subscription,
    long? Replay,
    string Status,
    EventModel Event,
    int Attempts,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? AttemptStartedAt,
    int Crashes,
    string? Error,
    DateTimeOffset ParkedAt,
    DateTimeOffset? DeadAt);

internal sealed record ExplanationModel(
    string Subscription, EventModel Event, string State, string Because, ParkedModel? Parked, ParkedModel? BlockedBy, IReadOnlyList<ReplayModel> Replays);

internal sealed record TallyModel(string Subscription, int Events, int Waiting, int Lanes);

internal sealed record RetryModel(
    bool DryRun, int Matched, int Retried, int Waiting, IReadOnlyList<long> Missing, IReadOnlyList<TallyModel> Subscriptions);

internal sealed record DiscardModel(bool DryRun, int Matched, int Discarded, IReadOnlyList<long> Missing, IReadOnlyList<TallyModel> Subscriptions);

internal sealed record ReplayStartModel(string Subscription, bool DryRun, long Events, string From, string To, long? Replay);

internal sealed record ReplayModel(
    long Id,
    string Subscription,
    string State,
    string From,
    string To,
    IReadOnlyList<string>? Types,
    string Position,
    double Progress,
    long Delivered,
    ParkedCountsModel Parked,
    string? Holder,
    DateTimeOffset StartedAt,
    string StartedBy);

internal sealed record RewindModel(string Subscription, bool DryRun, string From, string To, long Events, bool Rebuilt, int? ParkedDropped);

internal sealed record HandlerModel(string Handler, string Concern, string Phase, IReadOnlyList<string> Events, string? Subscription);

internal sealed record HandlerTestModel(
    string Subscription,
    string Handler,
    EventModel Event,
    string Outcome,
    double DurationMilliseconds,
    HandlerErrorModel? Error,
    IReadOnlyList<RaisedEventModel> Raised,
    IReadOnlyList<RowChangeModel> Changes);

internal sealed record HandlerErrorModel(string Type, string Message);

internal sealed record RaisedEventModel(string Type, Guid Subject);

internal sealed record RowChangeModel(string Table, int Added, int Changed, int Deleted);

internal sealed record HealthModel(
    bool Healthy,
    IReadOnlyList<string> Findings,
    string? LastPosition,
    long Events,
    UnnumberedModel Unnumbered,
    IReadOnlyList<GapModel> Gaps,
    int Subscriptions,
    IReadOnlyList<string> Orphaned,
    IReadOnlyList<string> Paused,
    IReadOnlyList<string> Unheld,
    ParkedCountsModel Parked,
    IReadOnlyList<NodeModel> Nodes,
    long DatabaseBytes);

internal sealed record UnnumberedModel(long Events, DateTimeOffset? OldestAt, double OldestSeconds);

internal sealed record GapModel(string After, string Before);

internal sealed record NodeModel(string Id, DateTimeOffset StartedAt, DateTimeOffset SeenAt, bool Alive);

internal sealed record VerificationModel(
    bool Consistent,
    string? LastPosition,
    long Events,
    IReadOnlyList<VerifiedAggregatesModel> Aggregates,
    IReadOnlyList<VerifiedProjectionModel> Projections,
    long DifferencesFound,
    IReadOnlyList<DifferenceModel> Differences,
    bool Truncated,
    double DurationMilliseconds);

internal sealed record VerifiedAggregatesModel(string Type, long Compared);

internal sealed record VerifiedProjectionModel(string Subscription, string? Position, long Events, long LeftOut);

internal sealed record DifferenceModel(string Kind, string Subject, string? Field, string? Stored, string? ByLog, string Detail);

internal sealed record CloudEventModel(string Id, string Type, string Subject, DateTimeOffset Time, string Actor, string? Position, JsonElement Data);

internal sealed record AuditModel(
    string Action, string ResourceType, Guid ResourceId, string Actor, string? Address, DateTimeOffset At, JsonElement Details);

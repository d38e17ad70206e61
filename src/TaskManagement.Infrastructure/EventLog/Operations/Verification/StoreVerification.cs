using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

internal sealed class StoreVerification(
    TaskManagementDbContext db,
    DatabaseProvider provider,
    EventTypes types,
    SubscriptionCatalog catalog,
    LogStreams log,
    IEnumerable<IProjectionCheck> projections,
    VerificationTurn turns) : IStoreVerification
{
    private const int MostGaps = 100;

    // Some statements read the whole log.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public async Task<VerificationDto> VerifyAsync(CancellationToken cancellationToken)
    {
        using var turn = turns.Take();
        db.Database.SetCommandTimeout(Patience);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(
            token => provider.ReadSnapshotAsync(db, () => VerifyOnceAsync(token), token), cancellationToken);
    }

    private async Task<VerificationDto> VerifyOnceAsync(CancellationToken cancellationToken)
    {
        var (started, findings) = (Stopwatch.GetTimestamp(), new Findings());
        var head = await FindGapsAsync(findings, cancellationToken);
        var events = await CheckFactsAsync(findings, cancellationToken);

        var (numbers, comments) = (new Numbers(findings), new Comments(findings));
        var projects = Verify(new ProjectTable(db), findings);
        await projects.RunAsync(cancellationToken);
        var tasks = Verify(new TaskTable(db, numbers, comments), findings);
        await tasks.RunAsync(cancellationToken);
        var teams = Verify(new TeamTable(db), findings);
        await teams.RunAsync(cancellationToken);
        var webhooks = Verify(new WebhookTable(db), findings);
        await webhooks.RunAsync(cancellationToken);
        await numbers.CompareAsync(db, cancellationToken);
        await comments.CompareAsync(db, types, cancellationToken);

        var verification = new ProjectionVerification(db, catalog, types, findings);
        List<VerifiedProjectionDto> made = [];
        foreach (var check in projections.OrderBy(check => check.Subscription, StringComparer.Ordinal))
            made.Add(await verification.RunAsync(check, cancellationToken));

        return new()
        {
            Consistent = findings.Count == 0,
            LastPosition = head == 0 ? null : Positions.Format(head),
            Events = events + projects.Events + tasks.Events + teams.Events + webhooks.Events,
            Aggregates =
            [
                new(AggregateStreams.Project, projects.Compared),
                new(AggregateStreams.Task, tasks.Compared),
                new(AggregateStreams.Team, teams.Compared),
                new(AggregateStreams.Webhook, webhooks.Compared),
            ],
            Projections = made,
            DifferencesFound = findings.Count,
            Differences = findings.First,
            Truncated = findings.Count > findings.First.Count,
            DurationMilliseconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3),
        };
    }

    private AggregateVerification<T> Verify<T>(AggregateTable<T> table, Findings findings)
        where T : AggregateRoot =>
        new(table, db.Model.FindEntityType(typeof(T))!, log, types, findings);

    /// <summary>Sees that positions go from 1 to the last without gaps; returns the last.</summary>
    private async Task<long> FindGapsAsync(Findings findings, CancellationToken cancellationToken)
    {
        var numbered = db.EventLog.Where(record => record.Position != null);
        var (head, count) = (await numbered.MaxAsync(record => record.Position, cancellationToken) ?? 0, await numbered.LongCountAsync(cancellationToken));
        foreach (var gap in count == head ? [] : await db.FindGapsAsync(MostGaps, cancellationToken))
            findings.Add(DifferenceKind.MissingPositions, "the log", $"There is no event between the positions {gap.After} and {gap.Before}: rows were deleted from the log.");
        return head;
    }

    /// <summary>Reads the streams that no aggregate stands behind; returns how many events they have.</summary>
    private async Task<long> CheckFactsAsync(Findings findings, CancellationToken cancellationToken)
    {
        var events = 0L;
        foreach (var type in (await log.TypesAsync(cancellationToken)).Where(type => !AggregateStreams.All.Contains(type)).Order(StringComparer.Ordinal))
        {
            var (stream, check) = ((Guid?)null, (StreamCheck?)null);
            await foreach (var logged in log.ReadAsync(type, after: null, to: null, cancellationToken))
            {
                events++;
                if (logged.StreamId != stream)
                    (stream, check) = (logged.StreamId, new($"{type} {logged.StreamId}", types, findings));
                check!.Take(logged);
            }
        }

        return events;
    }
}

using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Alerts;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Alerts;

/// <summary>
/// Counts the failures anew. What was last said of them, and when, depends on the window that was set then and on which of two failures was
/// told of first, so it is not compared.
/// </summary>
internal sealed class AlertsCheck(TaskManagementDbContext db) : IProjectionCheck
{
    public string Subscription => "alerts";

    public async IAsyncEnumerable<ProjectionDifference> FindDifferencesAsync(
        IAsyncEnumerable<IDomainEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var expected = new Dictionary<Guid, Alert>();
        await foreach (var failure in events.OfType<IFailure>().Where(failure => AlertRules.Concerns(failure, Subscription)).WithCancellation(cancellationToken))
        {
            var id = FactStreams.IdOf(FactStreams.Alert, Alert.KeyOf(failure));
            if (!expected.TryGetValue(id, out var alert))
                expected.Add(id, alert = Alert.Of(id, failure));
            alert.Occur(failure, TimeSpan.Zero);
        }

        await foreach (var alert in db.Alerts.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!expected.Remove(alert.Id, out var other))
            {
                yield return new($"alert {alert.Id}", Column: null, alert, ByLog: null);
                continue;
            }

            (string Name, object Stored, object ByLog)[] columns =
            [
                ("source", alert.Source, other.Source),
                ("code", alert.Code, other.Code),
                ("count", alert.Count, other.Count),
                ("first_at", alert.FirstAt, other.FirstAt),
                ("last_at", alert.LastAt, other.LastAt),
            ];
            foreach (var column in columns.Where(column => !Equals(column.Stored, column.ByLog)))
                yield return new($"alert {alert.Id}", column.Name, column.Stored, column.ByLog);
        }

        foreach (var missing in expected.Values)
            yield return new($"alert {missing.Id}", Column: null, Stored: null, missing);
    }
}

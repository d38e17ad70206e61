using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>The comments that were made: each has a row that says the same. Of each a hash is kept, since all of them together may be long.</summary>
/// <param name="findings">Takes what differs.</param>
internal sealed class Comments(Findings findings)
{
    private readonly Dictionary<CommentId, (Guid EventId, Guid Hash)> _comments = [];

    public void Take(TaskCommented commented, LoggedEvent logged) =>
        _comments[commented.CommentId] = (logged.EventId, HashOf(TaskComment.Of(commented, new(logged.Actor))));

    public async Task CompareAsync(TaskManagementDbContext db, EventTypes types, CancellationToken cancellationToken)
    {
        var different = new List<(TaskComment Row, Guid EventId)>();
        await foreach (var row in db.TaskComments.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!_comments.Remove(row.Id, out var said))
                findings.AddUnexpectedRow(Subject(row.Id));
            else if (HashOf(row) != said.Hash)
                different.Add((row, said.EventId));
        }

        foreach (var comment in _comments.Keys)
            findings.AddMissingRow(Subject(comment));
        foreach (var (row, eventId) in different)
        {
            var logged = await db.EventLog.AsNoTracking().Where(record => record.EventId == eventId).Select(EventLogReader.AsLogged).SingleAsync(cancellationToken);
            Compare(row, TaskComment.Of((TaskCommented)types.Deserialize(logged), new(logged.Actor)));
        }
    }

    private void Compare(TaskComment stored, TaskComment byLog)
    {
        (string Name, object Stored, object ByLog)[] columns =
        [
            ("task_id", stored.TaskId, byLog.TaskId),
            ("text", stored.Text, byLog.Text),
            ("created_at", stored.CreatedAt, byLog.CreatedAt),
            ("created_by", stored.CreatedBy, byLog.CreatedBy),
        ];
        foreach (var column in columns.Where(column => !Equals(column.Stored, column.ByLog)))
            findings.AddValue(Subject(stored.Id), column.Name, column.Stored, column.ByLog);
    }

    private static Guid HashOf(TaskComment comment) => new(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(comment, AppJson.Options)).AsSpan(0, 16));

    private static string Subject(CommentId comment) => $"comment {comment}";
}

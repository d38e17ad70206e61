using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Workflow;

/// <summary>
/// The task that is to follow a completed one. Its wait is asked for by a label, such as <c>follow-up:10d</c> or <c>follow-up:2w</c>.
/// </summary>
internal static partial class FollowUp
{
    private const string TitlePrefix = "Follow up: ";

    /// <summary>How many days after the completion it is due; null if no label asks for it. Of several labels, the shortest wait counts.</summary>
    public static int? DaysOf(IEnumerable<string> labels) => labels.Select(label => Pattern().Match(label))
        .Where(match => match.Success)
        .Select(match => (int?)(int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) * (match.Groups["unit"].Value is "w" or "W" ? 7 : 1)))
        .Min();

    /// <summary>The command that creates it.</summary>
    /// <param name="eventId">The event that says that the task was completed: one event leads to one task, however often it is delivered.</param>
    /// <param name="completed">The completed task.</param>
    /// <param name="due">The day on which the follow-up is due.</param>
    public static CreateTask After(Guid eventId, TaskDto completed, DateOnly due) => new(
        Shorten(TitlePrefix + completed.Title),
        IdFrom(eventId),
        $"Follows {completed.Key ?? completed.Id.ToString()}, which was completed.",
        completed.Priority,
        DueDate.On(due),
        // Without the label that asked for it: what follows is done once.
        [.. completed.Labels.Where(label => !Pattern().IsMatch(label))],
        completed.AssigneeId,
        completed.ProjectId);

    /// <summary>A UUIDv7 of the same time as the event's id whose other bits follow from it.</summary>
    public static Guid IdFrom(Guid eventId)
    {
        const int timeBytes = 6;
        var id = eventId.ToByteArray(bigEndian: true);
        SHA256.HashData([.. id, .. Encoding.UTF8.GetBytes(TitlePrefix)]).AsSpan(timeBytes, id.Length - timeBytes).CopyTo(id.AsSpan(timeBytes));
        id[6] = (byte)(id[6] & 0x0F | 0x70);
        id[8] = (byte)(id[8] & 0x3F | 0x80);
        return new(id, bigEndian: true);
    }

    private static string Shorten(string title)
    {
        var runes = title.EnumerateRunes().Take(TaskTitle.MaxLength + 1).ToList();
        return runes.Count <= TaskTitle.MaxLength ? title : string.Concat(runes.Take(TaskTitle.MaxLength - 1)) + "…";
    }

    [GeneratedRegex("^follow-up:(?<count>[1-9][0-9]{0,2})(?<unit>[dw])$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex Pattern();
}

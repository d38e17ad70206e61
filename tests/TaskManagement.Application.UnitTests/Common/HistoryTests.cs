using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class HistoryTests
{
    private readonly Mock<IEventLog> _log = new(MockBehavior.Strict);
    private readonly TaskId _task = TaskId.New();

    [Fact]
    public async Task Pages_follow_each_other_until_the_last()
    {
        Holds(afterVersion: 0, limit: 2, 1, 2, 3);
        Holds(afterVersion: 2, limit: 2, 3, 4);

        var first = await Read(2, null);
        var second = await Read(2, first.NextCursor);

        Assert.Equal([1L, 2L], first.Items.Select(logged => logged.StreamVersion));
        Assert.Equal([3L, 4L], second.Items.Select(logged => logged.StreamVersion));
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task What_has_no_events_is_not_there()
    {
        Holds(afterVersion: 0, limit: 50);
        await Expect.NotFound("task.not_found", () => Read(50, null));

        var project = ProjectId.New();
        _log.Setup(log => log.ReadStreamAsync("project", project.Value, 0, 51, Ports.Token)).ReturnsAsync([]);
        await Expect.NotFound("project.not_found", () => new GetProjectHistoryHandler(_log.Object).Handle(new(project), Ports.Token));
    }

    [Fact]
    public async Task A_cursor_of_another_history_is_refused()
    {
        string[] words =
        [
            "garbage",
            new Cursor("version", "2", Guid.CreateVersion7()).Encode(),
            new Cursor("-created", "2", _task.Value).Encode(),
            new Cursor("version", "-2", _task.Value).Encode(),
            new Cursor("version", "two", _task.Value).Encode(),
        ];

        foreach (var word in words)
        {
            var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Read(50, word));
            Assert.Equal("cursor.malformed", Assert.Single(refusal.Errors).Code);
        }
    }

    private Task<Page<LoggedEvent>> Read(int limit, string? cursor) =>
        new GetTaskHistoryHandler(_log.Object).Handle(new(_task, limit, cursor), Ports.Token);

    private void Holds(long afterVersion, int limit, params long[] versions) =>
        _log.Setup(log => log.ReadStreamAsync("task", _task.Value, afterVersion, limit + 1, Ports.Token)).ReturnsAsync([.. versions.Select(Logged)]);

    private LoggedEvent Logged(long version) => new(
        Guid.CreateVersion7(), "task", _task.Value, version, "task.started", 1, "{}", The.Actor.Value, "c", Guid.CreateVersion7(), null, 0, The.Stamp.At, version);
}

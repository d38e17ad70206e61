using TaskManagement.Application.Common;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Tasks;

public sealed class SubjectTaskTests
{
    // With another id, what is asked for again would open a second task.
    [Fact]
    public void The_id_of_a_subjects_task_is_for_good() =>
        Assert.Equal(new TaskId(new("6490e3a3-6e3f-8f59-9f5e-beaecb51aadd")), SubjectTask.IdOf(Event("main")));

    [Fact]
    public void Without_a_subject_there_is_no_task() =>
        Assert.Equal("/subject", Assert.Single(Assert.Throws<InvalidRequestException>(() => SubjectTask.IdOf(Event(subject: null))).Errors).Pointer);

    private static IncomingCloudEvent Event(string? subject) => new(
        "1", "https://ci.example.com/shop", "taskmanagement.task.open", subject, null, null, null, new Dictionary<string, string>(StringComparer.Ordinal), null, null);
}

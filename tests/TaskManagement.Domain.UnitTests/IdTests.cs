using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.UnitTests;

public sealed class IdTests
{
    private const string Canonical = "0198f5e2-7a3b-7c4d-8e5f-0123456789ab";

    [Fact]
    public void New_ids_are_UUIDs_of_version_7_and_distinct()
    {
        Assert.Equal(7, TaskId.New().Value.Version);
        Assert.Equal(7, ProjectId.New().Value.Version);
        Assert.NotEqual(TaskId.New(), TaskId.New());
    }

    [Fact]
    public void The_canonical_form_is_read_in_either_case_and_written_in_small_letters()
    {
        Assert.True(TaskId.TryParse(Canonical.ToUpperInvariant(), out var task));
        Assert.Equal(Canonical, task.ToString());
        Assert.True(ProjectId.TryParse(Canonical, out var project));
        Assert.Equal(Canonical, project.ToString());
        Assert.True(UserId.TryParse(Canonical, out var user));
        Assert.Equal(Canonical, user.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("0198f5e27a3b7c4d8e5f0123456789ab")]
    [InlineData("{0198f5e2-7a3b-7c4d-8e5f-0123456789ab}")]
    [InlineData("(0198f5e2-7a3b-7c4d-8e5f-0123456789ab)")]
    [InlineData(" 0198f5e2-7a3b-7c4d-8e5f-0123456789ab")]
    [InlineData("0198f5e2-7a3b-7c4d-8e5f-0123456789ab\n")]
    [InlineData("0x98f5e2-7a3b-7c4d-8e5f-0123456789ab")]
    [InlineData("+198f5e2-7a3b-7c4d-8e5f-0123456789ab")]
    [InlineData("0198f5e2-0x3b-7c4d-8e5f-0123456789ab")]
    [InlineData("0198f5e2-+a3b-7c4d-8e5f-0123456789ab")]
    public void No_other_form_is_read(string? text)
    {
        Assert.False(TaskId.TryParse(text, out _));
        Assert.False(ProjectId.TryParse(text, out _));
        Assert.False(UserId.TryParse(text, out _));
    }

    [Fact]
    public void Ids_are_ordered_by_their_UUIDs()
    {
        var (low, high) = (TaskId.From(new Guid(1, 0, 0, new byte[8])), TaskId.From(new Guid(2, 0, 0, new byte[8])));

        Assert.True(low < high && high > low && low <= high && high >= low);
        Assert.False(high < low || low > high || high <= low || low >= high);
        Assert.Equal(low.Value.CompareTo(high.Value), low.CompareTo(high));
        Assert.True(ProjectId.From(low.Value) < ProjectId.From(high.Value));
    }
}

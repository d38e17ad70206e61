using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using static TaskManagement.Domain.UnitTests.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class CommentTests
{
    [Fact]
    public void A_comment_says_what_was_said_and_whom_it_mentions()
    {
        var (task, id) = (Given.Task(), CommentId.New());

        task.Comment(id, CommentText.From($"@{The.Ben} and @{The.Ann}: done?"), The.Stamp);

        var commented = AssertPublishedOnly<TaskCommented>(task);
        Assert.Equal((task.Id, id, $"@{The.Ben} and @{The.Ann}: done?", The.Present), (commented.TaskId, commented.CommentId, commented.Text, commented.OccurredAt));
        Assert.Equal([The.Ben, The.Ann], commented.Mentions);
    }

    [Fact]
    public void A_deleted_task_takes_no_comments()
    {
        var task = Given.Task();
        task.Delete(null, The.Stamp);
        task.TakePendingEvents();

        AssertRefused("task.deleted", () => task.Comment(CommentId.New(), CommentText.From("Late"), The.Stamp));
        AssertPublishedNothing(task);
    }

    [Fact]
    public void Who_is_mentioned_twice_is_mentioned_once() =>
        Assert.Equal([The.Ann], CommentText.From($"@{The.Ann}, @{The.Ann.ToString().ToUpperInvariant()}!").Mentions);

    [Theory]
    [InlineData("@ID")]
    [InlineData("@ID,")]
    [InlineData("(@ID)")]
    [InlineData("**@ID**")]
    [InlineData("Line\n@ID\nline")]
    [InlineData("任务 @ID。")]
    public void A_mention_stands_by_itself(string text) => Assert.Equal([The.Ann], CommentText.From(Filled(text)).Mentions);

    [Theory]
    [InlineData("ID")]
    [InlineData("@ ID")]
    [InlineData("@@ID")]
    [InlineData("ann@ID")]
    [InlineData("ann.lee@ID.example.org")]
    [InlineData("@ID0")]
    [InlineData("@ID-0")]
    [InlineData("@{ID}")]
    [InlineData("@0000000000007000800000000000000a")]
    public void What_only_looks_like_a_mention_is_none(string text) => Assert.Empty(CommentText.From(Filled(text)).Mentions);

    [Fact]
    public void A_comment_mentions_at_most_50_people()
    {
        static string Mentioning(int people) => string.Join(' ', Enumerable.Range(0, people).Select(_ => $"@{Guid.CreateVersion7()}"));

        Assert.Equal(50, CommentText.From(Mentioning(50)).Mentions.Count);
        AssertRefused("mentions.too_many", () => CommentText.From(Mentioning(51)));
    }

    [Fact]
    public void A_comment_has_1_to_10_000_characters_in_lines_and_is_kept_to_the_letter()
    {
        const string markdown = "    code\r\n\n\t- item  \n";

        Assert.Equal(markdown, CommentText.From(markdown).Value);
        Assert.Null(CommentText.Check(string.Concat(Enumerable.Repeat("\U0001F331", 10_000))));
        Assert.Equal("text.too_long", CommentText.Check(new string('x', 10_001))!.Code);
        Assert.Equal("text.control_character", CommentText.Check("a\u001bb")!.Code);
        foreach (var nothing in (string?[])[null, "", "  \r\n\t"])
            Assert.Equal("text.required", CommentText.Check(nothing)!.Code);
    }

    private static string Filled(string text) => text.Replace("ID", The.Ann.ToString(), StringComparison.Ordinal);
}

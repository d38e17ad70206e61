using System.Buffers.Text;
using System.Text;
using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class CursorTests
{
    private static readonly Cursor Example = new("-created", "1772600767089", Guid.Parse("0198f5e2-7a3b-7c4d-8e5f-0123456789ab"));

    [Theory]
    [InlineData("-created", "1772600767089")]
    [InlineData("due", "-62135596800000")]
    [InlineData("key", "OPS")]
    public void A_cursor_is_one_word_that_is_read_back(string sort, string value)
    {
        var cursor = Example with { Sort = sort, Value = value };

        var word = cursor.Encode();

        Assert.Matches(@"\A[A-Za-z0-9_-]+\z", word);
        Assert.Equal(cursor, Cursor.Decode(word, sort));
    }

    [Theory]
    [InlineData("created")]
    [InlineData("-updated")]
    [InlineData("")]
    public void A_cursor_of_another_sort_is_none(string sort) => Assert.Null(Cursor.Decode(Example.Encode(), sort));

    [Fact]
    public void A_cursor_that_was_cut_off_anywhere_is_none()
    {
        var word = Example.Encode();

        for (var length = 0; length < word.Length; length++)
            Assert.Null(Cursor.Decode(word[..length], Example.Sort));
        for (var start = 1; start < word.Length; start++)
            Assert.Null(Cursor.Decode(word[start..], Example.Sort));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("not a cursor")]
    [InlineData("ü")]
    [InlineData("\0")]
    [InlineData("../../etc/passwd")]
    [InlineData("AAAA")]
    [InlineData("____")]
    public void Garbage_is_none(string word) => Assert.Null(Cursor.Decode(word, Example.Sort));

    [Fact]
    public void A_cursor_with_space_around_or_in_it_is_none()
    {
        var word = Example.Encode();

        Assert.Null(Cursor.Decode(" " + word, Example.Sort));
        Assert.Null(Cursor.Decode(word + "\n", Example.Sort));
        Assert.Null(Cursor.Decode(word.Insert(5, " "), Example.Sort));
    }

    [Fact]
    public void An_endless_cursor_is_none()
    {
        var endless = (Example with { Value = new string('1', 10_000) }).Encode();

        Assert.Null(Cursor.Decode(endless, Example.Sort));
    }

    [Fact]
    public void A_cursor_with_a_part_too_few_or_an_id_that_is_none_is_none()
    {
        Assert.Null(Cursor.Decode(Word("-created"), "-created"));
        Assert.Null(Cursor.Decode(Word("-created|1"), "-created"));
        Assert.Null(Cursor.Decode(Word("-created|1|2"), "-created"));
    }

    [Fact]
    public void The_error_for_a_broken_cursor_names_the_parameter()
    {
        var error = Assert.Single(Cursor.Broken().Errors);
        Assert.Equal(("cursor.malformed", "cursor"), (error.Code, error.Parameter));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1.5")]
    [InlineData(" 1")]
    [InlineData("-62135596800001")]
    [InlineData("253402300800000")]
    [InlineData("99999999999999999999")]
    public void A_value_that_is_no_time_is_not_read(string text) => Assert.False(CursorTime.TryParse(text, out _));

    [Fact]
    public void Times_are_read_back_to_the_millisecond()
    {
        foreach (var time in new[] { The.Stamp.At, DateTimeOffset.MinValue, new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero) })
        {
            Assert.True(CursorTime.TryParse(CursorTime.Format(time), out var read));
            Assert.Equal(time, read);
        }
    }

    private static string Word(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

using System.Text;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.UnitTests;

public sealed class TextRuleTests
{
    /// <summary>One code point, two UTF-16 units, four bytes of UTF-8.</summary>
    private const string Emoji = "\U0001F331";

    public static TheoryData<string, int> OneLineTexts => new()
    {
        { "title", 300 },
        { "label", 50 },
        { "reason", 500 },
        { "name", 200 },
    };

    [Theory]
    [MemberData(nameof(OneLineTexts))]
    public void Length_is_counted_in_code_points_after_trimming(string field, int limit)
    {
        Assert.Null(Check(field, new string('x', limit)));
        Assert.Null(Check(field, Repeat(Emoji, limit)));
        Assert.Null(Check(field, "  " + new string('x', limit) + "\t\n"));
        Assert.Equal(field + ".too_long", Check(field, new string('x', limit + 1)));
        Assert.Equal(field + ".too_long", Check(field, Repeat(Emoji, limit) + "x"));
    }

    [Theory]
    [MemberData(nameof(OneLineTexts))]
    public void A_text_of_nothing_but_space_is_missing(string field, int limit)
    {
        Assert.Equal(field + ".required", Check(field, null));
        Assert.Equal(field + ".required", Check(field, ""));
        Assert.Equal(field + ".required", Check(field, new string(' ', limit) + "\t\r\n\u00a0\u2003"));
    }

    [Theory]
    [MemberData(nameof(OneLineTexts))]
    public void Control_characters_inside_a_line_are_refused(string field, int limit)
    {
        Assert.InRange(limit, 4, 500);
        foreach (var control in "\0\a\b\t\n\v\f\r\u001b\u007f\u0085\u009f")
            Assert.Equal(field + ".control_character", Check(field, $"a{control}b"));
    }

    [Theory]
    [MemberData(nameof(OneLineTexts))]
    public void Half_a_surrogate_pair_is_refused(string field, int limit)
    {
        Assert.InRange(limit, 4, 500);
        Assert.Equal(field + ".malformed", Check(field, "a\ud83c"));
        Assert.Equal(field + ".malformed", Check(field, "a\ud83cb"));
        Assert.Equal(field + ".malformed", Check(field, "\udf31a"));
        Assert.Equal(field + ".malformed", Check(field, "\udf31\ud83c"));
        Assert.Null(Check(field, "\ud83c\udf31"));
    }

    [Theory]
    [InlineData("Ünïcödé")]
    [InlineData("任务")]
    [InlineData("مهمة")]
    [InlineData("e\u0301")]
    [InlineData("👩‍👩‍👧‍👦")]
    public void Every_language_is_welcome_and_kept_as_written(string text)
    {
        Assert.Equal(text, TaskTitle.From(text).Value);
        Assert.Equal(text, ProjectName.From(text).Value);
        Assert.Equal(text, Reason.From(text).Value);
        Assert.Equal(text, TaskLabel.From(text).Name);
    }

    [Fact]
    public void One_line_texts_are_kept_trimmed()
    {
        Assert.Equal("Buy milk", TaskTitle.From(" \t Buy milk \r\n").Value);
        Assert.Equal("Home", ProjectName.From(" Home ").Value);
        Assert.Equal("Done already", Reason.From(" Done already ").Value);
        Assert.Equal("Urgent", TaskLabel.From(" Urgent ").Name);
    }

    [Fact]
    public void A_refused_text_names_its_code_and_a_sentence()
    {
        var refusal = Assert.Throws<InvalidValueException>(() => TaskTitle.From(new string('x', 301)));

        Assert.Equal("title.too_long", refusal.Code);
        Assert.Equal("The title must have at most 300 characters.", refusal.Message);
    }

    [Fact]
    public void A_description_is_kept_to_the_letter()
    {
        const string markdown = "    code\r\n\n\t- item  \n";

        Assert.Equal(markdown, TaskDescription.From(markdown)!.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void An_empty_description_is_none(string? text) => Assert.Null(TaskDescription.From(text));

    [Fact]
    public void A_description_has_at_most_64_KiB_of_UTF8()
    {
        Assert.Null(Check("description", new string('x', 65_536)));
        Assert.Equal("description.too_long", Check("description", new string('x', 65_537)));

        var full = Repeat(Emoji, 16_384);
        Assert.Equal(65_536, Encoding.UTF8.GetByteCount(full));
        Assert.Null(Check("description", full));
        Assert.Equal("description.too_long", Check("description", full + "x"));
        Assert.Equal("description.too_long", Check("description", Repeat("é", 32_768) + "x"));
    }

    [Fact]
    public void A_description_may_have_lines_and_tabs_and_no_other_control_character()
    {
        Assert.Null(Check("description", "a\r\n\tb"));
        foreach (var control in "\0\a\b\v\f\u001b\u007f\u0085")
            Assert.Equal("description.control_character", Check("description", $"a{control}b"));
        Assert.Equal("description.malformed", Check("description", "a\ud83c"));
    }

    [Theory]
    [InlineData("OP", "OP")]
    [InlineData("ops", "OPS")]
    [InlineData("A1", "A1")]
    [InlineData("ABCDEFGHIJ", "ABCDEFGHIJ")]
    public void A_project_key_has_2_to_10_letters_and_digits_in_capitals(string text, string key) => Assert.Equal(key, ProjectKey.From(text).Value);

    [Theory]
    [InlineData(null, "key.required")]
    [InlineData("", "key.required")]
    [InlineData("O", "key.malformed")]
    [InlineData("ABCDEFGHIJK", "key.malformed")]
    [InlineData("1OPS", "key.malformed")]
    [InlineData("OPS ", "key.malformed")]
    [InlineData("OPS\n", "key.malformed")]
    [InlineData("O-PS", "key.malformed")]
    [InlineData("ÖPS", "key.malformed")]
    [InlineData("OP\u0660", "key.malformed")]
    [InlineData("\u212aey", "key.malformed")]
    public void Any_other_project_key_is_refused(string? text, string code)
    {
        Assert.Equal(code, ProjectKey.Check(text)?.Code);
        Events.AssertRefused(code, () => ProjectKey.From(text));
    }

    private static string? Check(string field, string? text) => (field switch
    {
        "title" => TaskTitle.Rule,
        "label" => TaskLabel.Rule,
        "reason" => Reason.Rule,
        "name" => ProjectName.Rule,
        _ => TaskDescription.Rule,
    }).Check(text)?.Code;

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}

using System.Text.Json;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Tasks;

namespace TaskManagement.Application.UnitTests.Json;

public sealed class JsonPointersTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Title", "/title")]
    [InlineData("DueAt", "/dueAt")]
    [InlineData("Labels[3]", "/labels/3")]
    [InlineData("Labels[3].Name", "/labels/3/name")]
    public void From_a_path_of_properties(string path, string pointer) => Assert.Equal(pointer, JsonPointers.FromPropertyPath(path));

    [Theory]
    [InlineData(null, "")]
    [InlineData("$", "")]
    [InlineData("$.labels[3]", "/labels/3")]
    [InlineData("$.Labels", "/Labels")]
    [InlineData("$[0].a.b[12]", "/0/a/b/12")]
    [InlineData("$.$ref", "/$ref")]
    [InlineData("$.a~b", "/a~0b")]
    [InlineData("$['a/b']", "/a~1b")]
    [InlineData("$['a.b'].c", "/a.b/c")]
    [InlineData("$.x['a[0]']", "/x/a[0]")]
    [InlineData("$['it's']", "/it's")]
    [InlineData("$['']", "/")]
    public void From_a_JSON_path(string? path, string pointer) => Assert.Equal(pointer, JsonPointers.FromJsonPath(path));

    [Theory]
    [InlineData("colour")]
    [InlineData("a.b")]
    [InlineData("a/b~c")]
    [InlineData("it's")]
    [InlineData("a[0]")]
    [InlineData("a b")]
    [InlineData("$")]
    public void An_unknown_member_is_found_whatever_it_is_called(string name)
    {
        var json = JsonSerializer.Serialize(new Dictionary<string, int>(StringComparer.Ordinal) { [name] = 1 });

        var refusal = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CreateTask>(json, AppJson.Options));

        var pointer = "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
        Assert.Equal(pointer, JsonPointers.FromJsonPath(refusal.Path));
    }
}

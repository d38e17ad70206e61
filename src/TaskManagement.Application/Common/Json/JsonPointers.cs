using System.Text;

namespace TaskManagement.Application.Common.Json;

/// <summary>JSON pointers (RFC 6901) from other ways of naming a member.</summary>
public static class JsonPointers
{
    /// <summary>From a C# path such as <c>Labels[3].Name</c>: <c>/labels/3/name</c>.</summary>
    public static string FromPropertyPath(string path) => path.Length == 0 ? "" : Build($".{path}", camelCase: true);

    /// <summary>From a JSON path as System.Text.Json reports it, such as <c>$.labels[3]</c> or <c>$['a.b']</c>: <c>/labels/3</c>, <c>/a.b</c>.</summary>
    public static string FromJsonPath(string? path) => string.IsNullOrEmpty(path) ? "" : Build(path.AsSpan(1), camelCase: false);

    /// <summary>A name as it stands in a pointer.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Build(ReadOnlySpan<char> path, bool camelCase)
    {
        var pointer = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            var (skipped, length) = path switch
            {
                ['[', '\'', ..] => (2, LengthOfQuoted(path[2..])),
                ['[', ..] => (1, LengthUntil(path[1..], "]")),
                _ => (1, LengthUntil(path[1..], ".[")),
            };
            Append(pointer, path.Slice(skipped, length), camelCase);
            path = path[(skipped + length)..];
            path = path[(path is ['\'', ']', ..] ? 2 : path is [']', ..] ? 1 : 0)..];
        }

        return pointer.ToString();
    }

    private static void Append(StringBuilder pointer, ReadOnlySpan<char> name, bool camelCase)
    {
        pointer.Append('/');
        for (var i = 0; i < name.Length; i++)
        {
            _ = name[i] switch
            {
                '~' => pointer.Append("~0"),
                '/' => pointer.Append("~1"),
                var c => pointer.Append(i == 0 && camelCase ? char.ToLowerInvariant(c) : c),
            };
        }
    }

    private static int LengthUntil(ReadOnlySpan<char> path, ReadOnlySpan<char> ends) =>
        path.IndexOfAny(ends) is >= 0 and var length ? length : path.Length;

    // Quotes within the name are not escaped.
    private static int LengthOfQuoted(ReadOnlySpan<char> path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i..] is ['\'', ']'] or ['\'', ']', '.' or '[', ..])
                return i;
        }

        return path.Length;
    }
}

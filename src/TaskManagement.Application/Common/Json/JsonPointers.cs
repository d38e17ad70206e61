using System.Text;

namespace TaskManagement.Application.Common.Json;

/// <summary>JSON pointers (RFC 6901) from other ways of naming a member.</summary>
public static class JsonPointers
{
    /// <summary>From a C# path such as <c>Labels[3].Name</c>: <c>/labels/3/name</c>.</summary>
    public static string FromPropertyPath(string path) => Build(path, camelCase: true);

    /// <summary>From a JSON path as System.Text.Json reports it, such as <c>$.labels[3]</c>: <c>/labels/3</c>.</summary>
    public static string FromJsonPath(string? path) => path is null ? "" : Build(path.AsSpan().TrimStart('$').TrimStart('.'), camelCase: false);

    private static string Build(ReadOnlySpan<char> path, bool camelCase)
    {
        var pointer = new StringBuilder(path.Length + 1);
        var starts = true;
        foreach (var c in path)
        {
            if (c is '.' or '[')
            {
                starts = true;
                continue;
            }

            if (c is ']' or '\'')
                continue;
            if (starts)
                pointer.Append('/');
            pointer.Append(c switch
            {
                '~' => "~0",
                '/' => "~1",
                _ when starts && camelCase => char.ToLowerInvariant(c).ToString(),
                _ => c.ToString(),
            });
            starts = false;
        }

        return pointer.ToString();
    }
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace TaskManagement.Cli.Output;

/// <summary>Tables and lines: framed and coloured where someone looks at them, plain where they are passed on.</summary>
internal static class Screen
{
    public static void WriteTable<T>(this IAnsiConsole console, IReadOnlyCollection<T> items, string none, params Column<T>[] columns)
    {
        if (items.Count == 0)
        {
            console.WriteLine(none);
            return;
        }

        var table = new Table { Border = console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.None };
        // Without lines between them, columns are apart by more than words are.
        var padding = console.Profile.Capabilities.Ansi ? new Padding(1, 0) : new Padding(0, 0, 2, 0);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column.Title)) { Alignment = column.IsNumber ? Justify.Right : Justify.Left, Padding = padding });
        foreach (var item in items)
            table.AddRow(columns.Select(column => (IRenderable)new Text(column.Value(item), column.Tone?.Invoke(item))));
        console.Write(table);
    }

    /// <summary>Names and values below each other.</summary>
    public static void WriteFacts(this IAnsiConsole console, params (string Name, string? Value)[] facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in facts.Where(fact => fact.Value is not null))
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Dim)), new Text(value!));
        console.Write(grid);
    }

    public static void WriteSentence(this IAnsiConsole console, string sentence, Style? tone = null) =>
        console.Write(new Text(sentence + Environment.NewLine, tone));
}

/// <summary>A column of a table.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Value">What it shows of an item.</param>
/// <param name="Tone">The colour, if it has one.</param>
/// <param name="IsNumber">Whether it is a number.</param>
internal sealed record Column<T>(string Title, Func<T, string> Value, Func<T, Style>? Tone = null, bool IsNumber = false);

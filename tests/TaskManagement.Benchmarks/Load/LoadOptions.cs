using System.Globalization;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Benchmarks.Load;

/// <summary>What is measured, and for how long.</summary>
internal sealed record LoadOptions
{
    public const string Usage =
        "load [tasks] [Sqlite|PostgreSql …] [create|complete|patch|get|list-first|list-deep|feed …] [connections=1,16,256] [seconds=5] [rounds=3] [warmup=30]";

    /// <summary>How many tasks there are before the first request.</summary>
    public int Tasks { get; init; } = 100_000;

    public IReadOnlyList<DatabaseKind> Kinds { get; init; } = [DatabaseKind.Sqlite];

    public IReadOnlyList<string> Operations { get; init; } = OperationNames.All;

    public IReadOnlyList<int> Connections { get; init; } = [1, 16, 256];

    /// <summary>How long each of the two halves of a round lasts: as fast as it goes, and at half of that.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    public int Rounds { get; init; } = 3;

    /// <summary>How long each operation of each system runs before anything counts, so that compiled code settles.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads the arguments after the word load; null if one of them is none of <see cref="Usage"/>.</summary>
    public static LoadOptions? Read(IEnumerable<string> arguments)
    {
        LoadOptions? options = new();
        var (kinds, operations) = (new List<DatabaseKind>(), new List<string>());
        foreach (var argument in arguments)
        {
            if (Enum.GetNames<DatabaseKind>().Contains(argument, StringComparer.Ordinal))
                kinds.Add(Enum.Parse<DatabaseKind>(argument));
            else if (OperationNames.All.Contains(argument, StringComparer.Ordinal))
                operations.Add(argument);
            else
                options = options?.With(argument);
        }

        return options is null ? null : options with
        {
            Kinds = kinds.Count > 0 ? kinds : options.Kinds,
            Operations = operations.Count > 0 ? operations : options.Operations,
        };
    }

    private LoadOptions? With(string argument)
    {
        var (name, text) = argument.Split('=') is [var left, var right] ? (left, right) : ("tasks", argument);
        int[] numbers = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        return (name, numbers) switch
        {
            _ when numbers.Contains(0) => null,
            ("connections", _) => this with { Connections = numbers },
            ("tasks", [var tasks]) => this with { Tasks = tasks },
            ("seconds", [var seconds]) => this with { Time = TimeSpan.FromSeconds(seconds) },
            ("rounds", [var rounds]) => this with { Rounds = rounds },
            ("warmup", [var seconds]) => this with { WarmUp = TimeSpan.FromSeconds(seconds) },
            _ => null,
        };
    }
}

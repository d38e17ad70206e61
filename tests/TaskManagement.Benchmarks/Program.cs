using TaskManagement.Benchmarks;
using TaskManagement.Benchmarks.Load;
using TaskManagement.Benchmarks.Parts;
using TaskManagement.Infrastructure.Persistence;

// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- pages [tasks] [Sqlite|PostgreSql …]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- round-trips [Sqlite|PostgreSql …]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- engine [events] [Sqlite|PostgreSql …]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- streams [clients]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- outward [tasks] [Sqlite|PostgreSql …]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- enumeration [accounts] [Sqlite|PostgreSql …]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- load [tasks] [Sqlite|PostgreSql …] [operations …] [connections=1,16,256] [seconds=5] [rounds=3] [warmup=30]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- scale [largest] [Sqlite|PostgreSql …]
// dotnet run -c Release --project tests/TaskManagement.Benchmarks -- micro [filter …]
const int DefaultTasks = 100_000;
const int DefaultEvents = 1_000_000;
const int DefaultClients = 1_000;
const int DefaultOutward = 10_000;
const int DefaultAccounts = 200;
const int DefaultLargest = 1_000_000;
var kinds = args.Intersect(Enum.GetNames<DatabaseKind>()).Select(Enum.Parse<DatabaseKind>).DefaultIfEmpty(DatabaseKind.Sqlite).ToList();
switch (args.FirstOrDefault())
{
    case "pages":
        var tasks = NumberOr(DefaultTasks);
        foreach (var kind in kinds)
            await PageCosts.MeasureAsync(kind, tasks);
        return 0;
    case "round-trips":
        foreach (var kind in kinds)
            await RoundTrips.CountAsync(kind);
        return 0;
    case "engine":
        var events = NumberOr(DefaultEvents);
        foreach (var kind in kinds)
            await EngineCosts.MeasureAsync(kind, events);
        return 0;
    case "streams":
        var clients = NumberOr(DefaultClients);
        await StreamCosts.MeasureAsync(clients);
        return 0;
    case "outward":
        var outward = NumberOr(DefaultOutward);
        foreach (var kind in kinds)
            await OutwardCosts.MeasureAsync(kind, outward);
        return 0;
    case "enumeration":
        var accounts = NumberOr(DefaultAccounts);
        foreach (var kind in kinds)
            await EnumerationCosts.MeasureAsync(kind, accounts);
        return 0;
    case "load" when LoadOptions.Read(args.Skip(1)) is { } load:
        await LoadBenchmark.MeasureAsync(load);
        return 0;
    case "scale":
        var largest = NumberOr(DefaultLargest);
        foreach (var kind in kinds)
            await ScaleBenchmark.MeasureAsync(kind, largest);
        return 0;
    case "micro":
        return PartCosts.Measure(args[1..]) ? 0 : 1;
    case "serve":
        // What load starts beside the service.
        await References.ServeAsync(args[1..]);
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: pages [tasks] [Sqlite|PostgreSql …] | round-trips [Sqlite|PostgreSql …] | engine [events] [Sqlite|PostgreSql …] | streams [clients] | outward [tasks] [Sqlite|PostgreSql …] | enumeration [accounts] [Sqlite|PostgreSql …] | "
            + LoadOptions.Usage + " | scale [largest] [Sqlite|PostgreSql …] | micro [filter …]");
        return 1;
}

int NumberOr(int otherwise) => args.Skip(1).Select(arg => int.TryParse(arg, out var number) ? number : 0).FirstOrDefault(number => number > 0, otherwise);

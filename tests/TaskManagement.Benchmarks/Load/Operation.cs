using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace TaskManagement.Benchmarks.Load;

/// <summary>Writes a request and returns its length; 0 if there is nothing left to ask for.</summary>
internal delegate int RequestWriter(Span<byte> request, Turn turn);

/// <summary>Whose turn it is.</summary>
/// <param name="Random">What chooses.</param>
/// <param name="Connection">The number of the connection, from 0.</param>
/// <param name="Connections">How many there are.</param>
internal readonly record struct Turn(Random Random, int Connection, int Connections);

/// <summary>A kind of request.</summary>
internal sealed record Operation(string Name, RequestWriter Write);

/// <summary>The names by which operations are chosen.</summary>
internal static class OperationNames
{
    public const string Create = "create";
    public const string Complete = "complete";
    public const string Patch = "patch";
    public const string Get = "get";
    public const string ListFirst = "list-first";
    public const string ListDeep = "list-deep";
    public const string Feed = "feed";

    public static readonly string[] All = [Create, Complete, Patch, Get, ListFirst, ListDeep, Feed];
}

/// <summary>The requests to one system, each a whole HTTP request.</summary>
/// <param name="ids">The tasks that it has; in progress, but for those that were completed since the supply was filled.</param>
/// <param name="head">The last position of its log.</param>
/// <param name="token">The token that it wants.</param>
internal sealed class Operations(Guid[] ids, long head, string token)
{
    private const int Digits = 10;
    private const string Description = "What a task says about itself: what is to be done, for whom, and how to see that it is done; a few lines as they are usual.";
    private static readonly int CreateLength = Encoding.UTF8.GetByteCount($$"""{"title":"Measured {{new string('0', Digits)}}","description":"{{Description}}"}""");
    private static readonly int PatchLength = Encoding.UTF8.GetByteCount($$"""{"title":"Renamed {{new string('0', Digits)}}"}""");

    private readonly string _headers = $"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n";
    private int _completed;

    /// <summary>Makes the supply of tasks to complete whole again, when the tasks are.</summary>
    public void Refill() => _completed = 0;

    public Operation Create() => new(OperationNames.Create, (request, turn) => Written(Utf8.TryWrite(
        request,
        CultureInfo.InvariantCulture,
        $$"""POST /api/v1/tasks HTTP/1.1{{"\r\n"}}{{_headers}}Content-Type: application/json{{"\r\n"}}Content-Length: {{CreateLength}}{{"\r\n\r\n"}}{"title":"Measured {{turn.Random.Next():D10}}","description":"{{Description}}"}""",
        out var length), length));

    public Operation Complete() => new(OperationNames.Complete, (request, _) =>
        Interlocked.Increment(ref _completed) - 1 is var next && next < ids.Length
            ? Written(Utf8.TryWrite(
                request,
                CultureInfo.InvariantCulture,
                $"POST /api/v1/tasks/{ids[next]}/complete HTTP/1.1\r\n{_headers}Content-Length: 0\r\n\r\n",
                out var length), length)
            : 0);

    public Operation Patch() => new(OperationNames.Patch, (request, turn) => Written(Utf8.TryWrite(
        request,
        CultureInfo.InvariantCulture,
        $$"""PATCH /api/v1/tasks/{{OfConnection(turn)}} HTTP/1.1{{"\r\n"}}{{_headers}}Content-Type: application/json{{"\r\n"}}Content-Length: {{PatchLength}}{{"\r\n\r\n"}}{"title":"Renamed {{turn.Random.Next():D10}}"}""",
        out var length), length));

    public Operation Get() => new(OperationNames.Get, (request, turn) => Written(Utf8.TryWrite(
        request,
        CultureInfo.InvariantCulture,
        $"GET /api/v1/tasks/{ids[turn.Random.Next(ids.Length)]} HTTP/1.1\r\n{_headers}\r\n",
        out var length), length));

    /// <summary>A page of 50, after one of some cursors; the first if there are none.</summary>
    public Operation List(string name, IReadOnlyList<string> cursors, string query = "") => new(name, (request, turn) => Written(Utf8.TryWrite(
        request,
        CultureInfo.InvariantCulture,
        $"GET /api/v1/tasks?limit=50{query}{(cursors.Count > 0 ? "&cursor=" : "")}{(cursors.Count > 0 ? cursors[turn.Random.Next(cursors.Count)] : "")} HTTP/1.1\r\n{_headers}\r\n",
        out var length), length));

    /// <summary>A page of 50 events, from anywhere in a part of the log.</summary>
    public Operation Feed(string name, double from, double to) => new(name, (request, turn) => Written(Utf8.TryWrite(
        request,
        CultureInfo.InvariantCulture,
        $"GET /api/v1/events?limit=50&after={(long)(head * (from + ((to - from) * turn.Random.NextDouble())))} HTTP/1.1\r\n{_headers}\r\n",
        out var length), length));

    // Each connection changes tasks of its own: two changes of one task at once would be a conflict, which is an answer of another kind.
    private Guid OfConnection(Turn turn) =>
        ids[(turn.Random.Next(ids.Length / turn.Connections) * turn.Connections) + turn.Connection];

    private static int Written(bool fits, int length) => fits ? length : throw new InvalidOperationException("The request does not fit.");
}

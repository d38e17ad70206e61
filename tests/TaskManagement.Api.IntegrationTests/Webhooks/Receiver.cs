using System.Text.Json.Nodes;

namespace TaskManagement.Api.IntegrationTests.Webhooks;

/// <summary>A receiver of webhooks that is written with the packages standardwebhooks and cloudevents of npm.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly NodeScript _script;
    private readonly List<Call> _calls = [];

    private Receiver(NodeScript script, int port)
    {
        _script = script;
        Port = port;
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>The calls so far.</summary>
    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (_calls)
            {
                while (_script.TryReadLine() is { } line)
                    Keep(JsonNode.Parse(line)!);
                return [.. _calls];
            }
        }
    }

    public static async Task<Receiver> StartAsync(int port = 0)
    {
        var script = await NodeScript.StartOrSkipAsync("receiver.mjs", port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new(script, (int)JsonNode.Parse(await script.ReadLineAsync())!["port"]!);
    }

    /// <summary>Has it behave otherwise from now on.</summary>
    public async Task BecomeAsync(JsonObject state)
    {
        await _script.WriteLineAsync(state.ToJsonString());
        JsonNode line;
        while ((line = JsonNode.Parse(await _script.ReadLineAsync())!)["ready"] is null)
        {
            lock (_calls)
                Keep(line);
        }
    }

    /// <summary>Ends it at once; returns all the calls that it has taken.</summary>
    public async Task<IReadOnlyList<Call>> KillAsync()
    {
        await _script.KillAsync();
        return Calls;
    }

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private void Keep(JsonNode line) => _calls.Add(new(
        (string?)line["id"],
        (int)line["signatures"]!,
        [.. line["verified"]!.AsArray().Select(verified => (bool)verified!)],
        (string)line["path"]!,
        (int?)line["answered"],
        (string?)line["error"],
        line["event"]));

    /// <summary>One call.</summary>
    /// <param name="Id">Its webhook-id.</param>
    /// <param name="Signatures">How many signatures it had.</param>
    /// <param name="Verified">For each secret that the receiver knows, whether standardwebhooks accepts the call.</param>
    /// <param name="Path">The path that was called.</param>
    /// <param name="Answered">With which status it was answered.</param>
    /// <param name="Error">What cloudevents found wrong with the event.</param>
    /// <param name="Event">The event as cloudevents read it.</param>
    internal sealed record Call(string? Id, int Signatures, IReadOnlyList<bool> Verified, string Path, int? Answered, string? Error, JsonNode? Event)
    {
        public string Type => (string)Event!["type"]!;

        public string Subject => (string)Event!["subject"]!;

        public int Sequence => int.Parse((string)Event!["sequence"]!, System.Globalization.CultureInfo.InvariantCulture);
    }
}

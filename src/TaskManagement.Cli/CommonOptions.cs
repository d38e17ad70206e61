using System.CommandLine;

namespace TaskManagement.Cli;

/// <summary>The options that every command has.</summary>
internal sealed class CommonOptions
{
    private const string UrlVariable = "TASKMANAGEMENT_URL";
    private const string TokenVariable = "TASKMANAGEMENT_TOKEN";
    private const string DefaultUrl = "http://localhost:5080";

    public CommonOptions() => Url.Validators.Add(result =>
    {
        if (AddressOf(result.GetValueOrDefault<string>()) is null)
            result.AddError($"--url must be an address such as {DefaultUrl}.");
    });

    public Option<string> Url { get; } = new("--url")
    {
        Description = $"The address of the service; ${UrlVariable} if it is not given.",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } url ? url : DefaultUrl,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = $"An administrator's token; ${TokenVariable} if it is not given, where other users of the machine do not see it.",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the service's own JSON, for scripts.",
        Recursive = true,
    };

    /// <summary>Begins a session with what the command line says.</summary>
    public Session Open(ParseResult parsed)
    {
        var token = parsed.GetValue(Token) is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable(TokenVariable);
        return new(new(AddressOf(parsed.GetRequiredValue(Url))!, token), parsed.GetValue(Json));
    }

    private static Uri? AddressOf(string? url) =>
        Uri.TryCreate(url?.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Mime;
using System.Text.Json;

namespace TaskManagement.Cli;

/// <summary>Talks to the service. Whatever goes wrong is said in one sentence.</summary>
internal sealed class ServiceClient : IDisposable
{
    public static readonly JsonSerializerOptions Dialect = new(JsonSerializerDefaults.Web);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;
    private readonly Uri _address;

    public ServiceClient(Uri address, string? token)
    {
        _address = address;
        // How long an answer may take depends on the question.
        _http = new() { BaseAddress = new(address, "api/v1/"), Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrWhiteSpace(token))
            _http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.TryParse($"Bearer {token.Trim()}", out var header)
                ? header
                : throw new FailureException("The token has characters that no token has.", ExitCodes.Usage);
    }

    public void Dispose() => _http.Dispose();

    public Task<Answer> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, body: null, Patience, cancellationToken);

    public Task<Answer> PostAsync(string path, object body, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        SendAsync(HttpMethod.Post, path, body, patience ?? Patience, cancellationToken);

    /// <summary>Copies an answer as it comes. It may be as long as it likes, once it has begun.</summary>
    /// <param name="path">What is asked for.</param>
    /// <param name="mediaType">In which form.</param>
    /// <param name="target">What it is copied to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task CopyAsync(string path, string mediaType, Stream target, CancellationToken cancellationToken) =>
        TalkAsync(
            async limit =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new(mediaType) } } };
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (!response.IsSuccessStatusCode)
                    throw Refusal(response, await response.Content.ReadAsStringAsync(limit.Token));
                if (response.Content.Headers.ContentType?.MediaType != mediaType)
                    throw NotOurs();
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
                await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
                await body.CopyToAsync(target, limit.Token);
                return true;
            },
            Patience,
            cancellationToken);

    private Task<Answer> SendAsync(HttpMethod method, string path, object? body, TimeSpan patience, CancellationToken cancellationToken) =>
        TalkAsync(
            async limit =>
            {
                using var request = new HttpRequestMessage(method, path);
                if (body is not null)
                    request.Content = JsonContent.Create(body, body.GetType(), options: Dialect);
                using var response = await _http.SendAsync(request, limit.Token);
                var text = await response.Content.ReadAsStringAsync(limit.Token);
                if (!response.IsSuccessStatusCode)
                    throw Refusal(response, text);
                return response.Content.Headers.ContentType?.MediaType == MediaTypeNames.Application.Json ? new Answer(text) : throw NotOurs();
            },
            patience,
            cancellationToken);

    private async Task<T> TalkAsync<T>(Func<CancellationTokenSource, Task<T>> talk, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await talk(limit);
        }
        catch (HttpRequestException exception)
        {
            throw Passing($"The service at {_address} can't be reached: {exception.GetBaseException().Message.TrimEnd('.')}.");
        }
        catch (IOException exception)
        {
            throw Passing($"The connection to {_address} broke: {exception.GetBaseException().Message.TrimEnd('.')}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Passing($"The service at {_address} did not answer within {patience.TotalSeconds:0} s.");
        }
    }

    private FailureException Refusal(HttpResponseMessage response, string text)
    {
        if (ProblemIn(response, text) is not { } problem)
            return NotOurs();
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return new($"The service wants to know who asks: put an administrator's token into TASKMANAGEMENT_TOKEN, or give it with --token. ({problem.Code})");
        var errors = (problem.Errors ?? []).Select(error => $" {error.Pointer ?? error.Parameter}: {error.Detail}");
        var refusal = $"{problem.Detail}{string.Concat(errors)} ({problem.Code})";
        return response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests ? Passing(refusal) : new(refusal);
    }

    private static Problem? ProblemIn(HttpResponseMessage response, string text)
    {
        try
        {
            return response.Content.Headers.ContentType?.MediaType == MediaTypeNames.Application.ProblemJson
                ? JsonSerializer.Deserialize<Problem>(text, Dialect)
                : null;
        }
        catch (JsonException)
        {
            // Then it is none.
            return null;
        }
    }

    private static FailureException Passing(string message) => new(message) { IsPassing = true };

    private FailureException NotOurs() => new($"What answers at {_address} is no TaskManagement service.");

    private sealed record Problem(string? Detail, string? Code, IReadOnlyList<ProblemError>? Errors);

    private sealed record ProblemError(string? Detail, string? Pointer, string? Parameter);
}

/// <summary>What the service answered.</summary>
/// <param name="Text">The JSON as it came.</param>
internal sealed record Answer(string Text)
{
    /// <summary>What it says.</summary>
    public T Read<T>() => JsonSerializer.Deserialize<T>(Text, ServiceClient.Dialect)!;
}

/// <summary>The query of an address.</summary>
internal static class Query
{
    /// <summary>A path with those parameters that have a value.</summary>
    public static string Of(string path, params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return string.Join('?', new[] { path, string.Join('&', given) }.Where(part => part.Length > 0));
    }

    /// <summary>A word as a part of a path.</summary>
    public static string Part(string word) => Uri.EscapeDataString(word);
}

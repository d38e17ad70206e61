using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using TaskManagement.Api.Http;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Incoming;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Api.Incoming;

/// <summary>Reads the binary mode of CloudEvents 1.0 over HTTP: attributes in headers, and the data as the body.</summary>
internal static class CloudEventHeaders
{
    private const string ContentType = "datacontenttype";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a request has an attribute of an event among its headers.</summary>
    public static bool HasAny(HttpRequest request) => request.Headers.Keys.Any(IsAttribute);

    /// <summary>The event of a request.</summary>
    public static async Task<IncomingCloudEvent> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new List<RequestError>();
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (header, values) in request.Headers.Where(header => IsAttribute(header.Key)))
        {
            var name = header[CloudEventPlace.HeaderPrefix.Length..].ToLowerInvariant();
            if (name == ContentType)
                IsWrong(name, "In this mode Content-Type says what the data is.");
            else if (values is not [{ } value] || Decode(value) is not { } text)
                IsWrong(name, "The header must be given once, with its percent-encoding in order and of UTF-8.");
            else
                attributes.Add(name, text);
        }

        if (!string.IsNullOrEmpty(request.ContentType))
            attributes.Add(ContentType, request.ContentType);
        var (data, bytes) = await ReadDataAsync(request, cancellationToken);
        var read = CloudEventAttributes.Read(attributes, data, bytes, (name, error) =>
        {
            if (!request.Headers.ContainsKey(CloudEventPlace.HeaderPrefix + name) || attributes.ContainsKey(name))
                errors.Add(new(error.Code, error.Message, Parameter: CloudEventPlace.HeaderOf(name)));
        });
        return read is not null && errors.Count == 0 ? read : throw new MalformedRequestException(errors);

        void IsWrong(string name, string message) => errors.Add(
            new("cloudevent.attribute_malformed", message, Parameter: CloudEventPlace.HeaderPrefix + name));
    }

    private static bool IsAttribute(string header) => header.StartsWith(CloudEventPlace.HeaderPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>JSON is kept as JSON, a text as text, and all else in Base64; also a text that is not in UTF-8.</summary>
    private static async Task<(JsonElement? Data, string? Bytes)> ReadDataAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        if (buffer.Length == 0)
            return (null, null);
        buffer.Position = 0;
        var isUtf8 = JsonBodies.IsUtf8(request);
        if (request.ContentType is { } type && CloudEventAttributes.IsJson(type))
        {
            return isUtf8
                ? (await CloudEventJson.ParseAsync(buffer, wrappers: 0, cancellationToken), null)
                : throw new BadHttpRequestException("JSON must be in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }

        var bytes = buffer.ToArray();
        if (isUtf8 && MediaTypeHeaderValue.TryParse(request.ContentType, out var media) && media.Type.Equals("text", StringComparison.OrdinalIgnoreCase)
            && TryDecode(bytes) is { } text)
            return (JsonSerializer.SerializeToElement(text, AppJson.Options), null);
        return (null, Convert.ToBase64String(bytes));
    }

    /// <summary>The value of an attribute: without the quotes that older senders put around it, then percent-decoded once. Null if it is not in order.</summary>
    private static string? Decode(string value)
    {
        if (value is ['"', .., '"'])
            value = HeaderUtilities.UnescapeAsQuotedString(value).ToString();
        if (!value.Contains('%', StringComparison.Ordinal))
            return value;
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                // What is not ASCII should have been encoded; some senders leave it as it is.
                bytes.AddRange(Encoding.UTF8.GetBytes(value, i, char.IsSurrogatePair(value, i) ? 2 : 1));
                i += char.IsSurrogatePair(value, i) ? 1 : 0;
                continue;
            }

            if (i + 2 >= value.Length || !char.IsAsciiHexDigit(value[i + 1]) || !char.IsAsciiHexDigit(value[i + 2]))
                return null;
            bytes.Add(Convert.ToByte(value.Substring(i + 1, 2), fromBase: 16));
            i += 2;
        }

        return TryDecode([.. bytes]);
    }

    private static string? TryDecode(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using TaskManagement.Application.Audit;
using TaskManagement.Application.Common.Json;

namespace TaskManagement.Api.Audit;

/// <summary>A form in which the audit trail is exported, entry by entry.</summary>
internal interface IAuditFormat
{
    string MediaType { get; }

    string Extension { get; }

    /// <summary>Writes what comes before the entries.</summary>
    void Begin(IBufferWriter<byte> body);

    void Write(IBufferWriter<byte> body, AuditEntryDto entry);
}

/// <summary>The forms that there are beside pages of JSON.</summary>
internal static class AuditFormats
{
    public const string Csv = "text/csv";
    public const string Ndjson = "application/x-ndjson";

    private static readonly MediaTypeHeaderValue Page = Utf8("application/json");
    private static readonly (MediaTypeHeaderValue Type, IAuditFormat Format)[] Exports = [(Utf8(Csv), new CsvFormat()), (Utf8(Ndjson), new NdjsonFormat())];

    /// <summary>The form that the caller would rather have than pages; null if that is none.</summary>
    public static IAuditFormat? Preferred(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var (preferred, quality) = ((IAuditFormat?)null, QualityOf(Page, accepted));
        foreach (var (type, format) in Exports)
        {
            if (QualityOf(type, accepted) is var other && other > quality)
                (preferred, quality) = (format, other);
        }

        return preferred;
    }

    /// <summary>How much a media type is wanted: as the range says that fits it best (RFC 9110, 12.5.1).</summary>
    private static double QualityOf(MediaTypeHeaderValue type, IList<MediaTypeHeaderValue> accepted) => accepted
        .Where(type.IsSubsetOf)
        .OrderBy(range => range.MatchesAllTypes)
        .ThenBy(range => range.MatchesAllSubTypes)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();

    private static MediaTypeHeaderValue Utf8(string type) => new(type) { Charset = "utf-8" };
}

/// <summary>Comma-separated values (RFC 4180), with a line of names first. A cell that a spreadsheet would take for a formula begins with an apostrophe.</summary>
internal sealed class CsvFormat : IAuditFormat
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public string MediaType => AuditFormats.Csv;

    public string Extension => "csv";

    public void Begin(IBufferWriter<byte> body) =>
        WriteLine(body, "id", "action", "resourceType", "resourceId", "actor", "address", "at", "correlationId", "causationId", "details");

    public void Write(IBufferWriter<byte> body, AuditEntryDto entry) => WriteLine(
        body,
        entry.Id.ToString(),
        entry.Action,
        entry.ResourceType,
        entry.ResourceId.ToString(),
        entry.Actor,
        entry.Address ?? "",
        JsonSerializer.SerializeToElement(entry.At, AppJson.Options).GetString()!,
        entry.CorrelationId,
        entry.CausationId.ToString(),
        entry.Details.GetRawText());

    private static void WriteLine(IBufferWriter<byte> body, params IEnumerable<string> cells) =>
        Encoding.UTF8.GetBytes(string.Join(',', cells.Select(Cell)) + "\r\n", body);

    private static string Cell(string value)
    {
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..])
            value = "'" + value;
        return value.AsSpan().ContainsAny(Quoted) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }
}

/// <summary>JSON, an entry a line, each as it is in a page.</summary>
internal sealed class NdjsonFormat : IAuditFormat
{
    public string MediaType => AuditFormats.Ndjson;

    public string Extension => "ndjson";

    public void Begin(IBufferWriter<byte> body)
    {
        // There is nothing before the entries.
    }

    public void Write(IBufferWriter<byte> body, AuditEntryDto entry)
    {
        body.Write(JsonSerializer.SerializeToUtf8Bytes(entry, AppJson.Options));
        body.Write("\n"u8);
    }
}

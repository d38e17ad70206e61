using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TaskManagement.Infrastructure.IntegrationTests.Notifications;

/// <summary>A message as one who gets it reads it: strictly by RFC 5322, 2045 and 2047.</summary>
internal sealed partial class ReceivedMail
{
    private ReceivedMail(ILookup<string, string> headers, string text) => (Headers, Text) = (headers, text);

    public ILookup<string, string> Headers { get; }

    /// <summary>The text, with line feeds alone.</summary>
    public string Text { get; }

    public string Subject => Decoded("Subject");

    public string this[string header] => Headers[header].Single();

    public string Decoded(string header) => EncodedWord().Replace(
        // Space between two encoded words is not part of the text.
        Regex.Replace(this[header], @"\?=\s+=\?", "?==?", RegexOptions.None, TimeSpan.FromSeconds(1)),
        word => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(word.Groups["base64"].Value)));

    public static ReceivedMail Read(byte[] file)
    {
        Assert.DoesNotContain(file, octet => octet > 126);
        var raw = Encoding.ASCII.GetString(file);
        Assert.Empty(LoneBreak().Matches(raw));
        // An id can't be folded.
        Assert.All(raw.Split("\r\n"), line => Assert.InRange(line.Length, 0, line.StartsWith("Message-ID: ", StringComparison.Ordinal) ? 200 : 78));
        var end = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var headers = raw[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n")
            .Select(line => line.Split(": ", 2))
            .ToLookup(header => header[0], header => header[1]);
        var body = raw[(end + 4)..];
        var octets = headers["Content-Transfer-Encoding"].Single().ToLowerInvariant() switch
        {
            "quoted-printable" => FromQuotedPrintable(body),
            "base64" => Convert.FromBase64String(body),
            var other => throw new FormatException(other),
        };
        Assert.Equal("1.0", headers["MIME-Version"].Single());
        Assert.Equal("text/plain; charset=utf-8", headers["Content-Type"].Single());
        return new(headers, Encoding.UTF8.GetString(octets).Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    private static byte[] FromQuotedPrintable(string body)
    {
        var octets = new List<byte>();
        var soft = body.Replace("=\r\n", "", StringComparison.Ordinal);
        for (var i = 0; i < soft.Length; i++)
        {
            if (soft[i] == '=')
            {
                octets.Add(byte.Parse(soft.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                octets.Add((byte)soft[i]);
            }
        }

        Assert.DoesNotContain(soft.Split("\r\n"), line => line.EndsWith(' '));
        return [.. octets];
    }

    [GeneratedRegex(@"=\?utf-8\?B\?(?<base64>[A-Za-z0-9+/=]{1,63})\?=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(?<!\r)\n|\r(?!\n)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoneBreak();
}

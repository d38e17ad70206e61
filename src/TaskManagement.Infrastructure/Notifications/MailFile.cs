using System.Globalization;
using System.Net.Mail;
using System.Text;
using TaskManagement.Application.Notifications;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>
/// A message in the format of mail (RFC 5322) with its text in quoted-printable UTF-8 (RFC 2045), so that mail programs and people can read
/// the file. The same message always makes the same file.
/// </summary>
internal static class MailFile
{
    private const int MostPerLine = 76;
    private const int MostPlain = 69;

    /// <summary>Makes the file.</summary>
    /// <param name="message">The message.</param>
    /// <param name="from">The sender.</param>
    /// <param name="to">The recipient.</param>
    public static byte[] Of(Message message, MailAddress from, MailAddress to)
    {
        var mail = new StringBuilder();
        void Add(string line) => mail.Append(line).Append("\r\n");

        Add($"Date: {message.At.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000");
        Add($"From: {(from.DisplayName.All(IsOfAtom) ? from.DisplayName : EncodedWords(from.DisplayName))} <{from.Address}>");
        Add($"To: <{to.Address}>");
        Add($"Subject: {(message.Subject.Length < MostPlain && message.Subject.All(IsPlain) ? message.Subject : EncodedWords(message.Subject))}");
        foreach (var (name, value) in MailHeaders.Of(message, from))
            Add($"{name}: {value}");
        Add("MIME-Version: 1.0");
        Add("Content-Type: text/plain; charset=utf-8");
        Add("Content-Transfer-Encoding: quoted-printable");
        Add("");
        foreach (var line in message.Text.TrimEnd('\n').Split('\n'))
            Add(QuotedPrintable(line));
        // All is ASCII but for addresses in other scripts (RFC 6532).
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    private static bool IsOfAtom(char c) => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_';

    // Without the question mark, what looks like an encoded word can't be one.
    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not '?';

    /// <summary>A text as encoded words (RFC 2047), each of whole characters and on a line of its own.</summary>
    private static string EncodedWords(string text)
    {
        const int mostBytes = 39;
        List<string> words = [];
        var word = new List<byte>(mostBytes);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > mostBytes)
                EndWord();
            word.AddRange(bytes[..length]);
        }

        EndWord();
        return string.Join("\r\n ", words);

        void EndWord()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }

    private static string QuotedPrintable(string line)
    {
        var encoded = new StringBuilder(line.Length + 8);
        var width = 0;
        var bytes = Encoding.UTF8.GetBytes(line);
        for (var i = 0; i < bytes.Length; i++)
        {
            var isLast = i == bytes.Length - 1;
            var plain = bytes[i] is (>= (byte)' ' and <= (byte)'~' and not (byte)'=') && !(isLast && bytes[i] == ' ');
            var piece = plain ? ((char)bytes[i]).ToString() : $"={bytes[i]:X2}";
            if (width + piece.Length > (isLast ? MostPerLine : MostPerLine - 1))
            {
                encoded.Append("=\r\n");
                width = 0;
            }

            encoded.Append(piece);
            width += piece.Length;
        }

        return encoded.ToString();
    }
}

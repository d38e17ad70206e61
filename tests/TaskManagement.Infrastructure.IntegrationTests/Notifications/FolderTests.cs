using Microsoft.Extensions.Options;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Notifications;

namespace TaskManagement.Infrastructure.IntegrationTests.Notifications;

public sealed class FolderTests : IDisposable
{
    private static readonly UserId Bob = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000b"));

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"outbox-{Guid.CreateVersion7():N}", "deep");
    private readonly NotificationsOptions _options;

    public FolderTests() => _options = new() { Folder = _folder };

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task A_message_becomes_a_file_that_mail_programs_read()
    {
        await SendAsync(A("Assigned to you: OPS-1 Water the plants", "OPS-1 Water the plants was assigned to you.\n\n.\nEnd.\n"));

        var mail = ReceivedMail.Read(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFileSystemEntries(_folder))));
        Assert.Equal("Sun, 01 Mar 2026 12:00:00 +0000", mail["Date"]);
        Assert.Equal("TaskManagement <taskmanagement@localhost>", mail["From"]);
        Assert.Equal($"<{Bob}@users.localhost>", mail["To"]);
        Assert.Equal("Assigned to you: OPS-1 Water the plants", mail["Subject"]);
        Assert.Equal("<the-id@localhost>", mail["Message-ID"]);
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        Assert.Equal("0198f5e3-0a00-7111-8222-333344445555", mail["X-Event-Id"]);
        Assert.Equal("OPS-1 Water the plants was assigned to you.\n\n.\nEnd.\n", mail.Text);
    }

    [Theory]
    [InlineData("Fertig: Zürich – Blumen gießen")]
    [InlineData("完了: 水やり")]
    [InlineData("=?utf-8?B?SGFjaw==?=")]
    [InlineData("Is it due? It is: an exceedingly long title in plain ASCII that does not fit on one line of a mail")]
    [InlineData("Ends with a space ")]
    public async Task Whatever_a_title_holds_it_is_read_as_it_was_written(string title)
    {
        await SendAsync(A(title, title + "\n" + title + "\n"));

        var mail = ReceivedMail.Read(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder))));
        Assert.Equal((title, $"{title}\n{title}\n"), (mail.Subject, mail.Text));
    }

    [Theory]
    [InlineData("🌱")]
    [InlineData("x")]
    [InlineData("=")]
    [InlineData("é🌱 ")]
    public async Task The_longest_lines_are_folded_between_characters(string piece)
    {
        for (var length = 60; length < 90; length++)
        {
            var text = string.Concat(Enumerable.Repeat(piece, length)).TrimEnd();
            await SendAsync(A(text, text + "\n"));

            var mail = ReceivedMail.Read(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder))));
            Assert.Equal((text, text + "\n"), (mail.Subject, mail.Text));
        }
    }

    [Fact]
    public async Task The_name_of_the_sender_may_hold_anything()
    {
        _options.From = "\"Tasks, Zürich: (all)\" <tasks@example.org>";

        await SendAsync(A("Subject", "Text\n"));

        var mail = ReceivedMail.Read(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder))));
        Assert.Equal("Tasks, Zürich: (all) <tasks@example.org>", mail.Decoded("From"));
        Assert.Equal("<the-id@example.org>", mail["Message-ID"]);
    }

    [Fact]
    public async Task The_same_message_again_is_the_same_file()
    {
        await SendAsync(A("Subject", "Text\n"));
        var first = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder)));
        await SendAsync(A("Subject", "Text\n"));

        Assert.Equal(first, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFileSystemEntries(_folder))));
    }

    [Fact]
    public async Task What_a_process_left_unfinished_is_no_message_and_does_not_stay()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, ".the-id.tmp"), "Date: S");

        await SendAsync(A("Subject", "Text\n"));

        Assert.Equal(["the-id.eml"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Who_reads_a_message_never_sees_half_of_it()
    {
        var text = string.Concat(Enumerable.Repeat("A line of some length, again and again.\n", 5000));
        await SendAsync(A("Subject", text));
        var file = Assert.Single(Directory.GetFiles(_folder));
        var whole = await File.ReadAllBytesAsync(file);
        using var over = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
                await SendAsync(A("Subject", text));
            await over.CancelAsync();
        });

        while (!over.IsCancellationRequested)
            Assert.Equal(whole.Length, (await File.ReadAllBytesAsync(file, CancellationToken.None)).Length);

        await writing;
    }

    [Fact]
    public async Task Nothing_is_written_for_who_has_no_address()
    {
        await new FolderSender(Options.Create(_options), new NoAddresses()).SendAsync(A("Subject", "Text\n"), default);

        Assert.False(Directory.Exists(_folder));
        Directory.CreateDirectory(_folder);
    }

    private static Message A(string subject, string text) => new(
        "the-id", Bob, subject, text, Guid.Parse("0198f5e3-0a00-7111-8222-333344445555"), new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), Bob.Value);

    private Task SendAsync(Message message)
    {
        var options = Options.Create(_options);
        return new FolderSender(options, new AddressesOfIds(options)).SendAsync(message, default);
    }

    private sealed class NoAddresses : IAddressBook
    {
        public ValueTask<string?> FindAsync(UserId person, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);
    }
}

using System.Diagnostics;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Notifications;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Notifications;

public sealed class SmtpTests
{
    private static readonly UserId Bob = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000b"));
    private static readonly Guid EventId = Guid.Parse("0198f5e3-0a00-7111-8222-333344445555");

    [Theory]
    [InlineData("Assigned to you: OPS-1 Water the plants")]
    [InlineData("Erledigt: Zürich – 🌱 gießen, und zwar alles was auf dem Balkon steht und im Hof und vor dem Haus und bei der Nachbarin auch")]
    public async Task A_message_arrives_as_it_was_written(string subject)
    {
        await using var server = new SmtpServer();

        await SendAsync(server, subject, $"{subject}\n.\n..\nEnd.\n");

        Assert.Contains("MAIL FROM:<tasks@example.org>", server.Commands);
        Assert.Contains($"RCPT TO:<{Bob}@users.localhost>", server.Commands);
        var mail = ReceivedMail.Read(Assert.Single(server.Messages));
        Assert.Equal((subject, $"{subject}\n.\n..\nEnd.\n"), (mail.Subject, mail.Text));
        Assert.Equal("<the-id@example.org>", mail["Message-ID"]);
        Assert.Equal(EventId.ToString(), mail["X-Event-Id"]);
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        Assert.Equal($"<{Bob.Value}@example.org>", mail["References"]);
        Assert.Contains("<tasks@example.org>", mail["From"], StringComparison.Ordinal);
        Assert.Equal($"{Bob}@users.localhost", mail["To"]);
        Assert.NotEmpty(mail["Date"]);
    }

    [Fact]
    public async Task It_logs_in_where_that_is_configured()
    {
        await using var server = new SmtpServer { Extensions = ["AUTH LOGIN"] };

        await SendAsync(server, configure: options => (options.SmtpUserName, options.SmtpPassword) = ("tasks", "s3cret"));

        var said = string.Join('\n', server.Commands);
        Assert.Contains(Convert.ToBase64String(Encoding.ASCII.GetBytes("tasks")), said, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(Encoding.ASCII.GetBytes("s3cret")), said, StringComparison.Ordinal);
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task Nothing_is_said_in_the_clear_where_encryption_is_asked_for()
    {
        await using var server = new SmtpServer { Extensions = ["AUTH LOGIN"] };

        await Assert.ThrowsAsync<SmtpException>(() =>
            SendAsync(server, configure: options => (options.SmtpUseTls, options.SmtpUserName, options.SmtpPassword) = (true, "tasks", "s3cret")));

        Assert.DoesNotContain(server.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal) || command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("550 no such user")]
    [InlineData("553 not here")]
    public async Task A_recipient_who_is_refused_is_refused_for_good(string answer)
    {
        await using var server = new SmtpServer { Answer = command => command.StartsWith("RCPT", StringComparison.Ordinal) ? answer : "" };

        var refused = await Assert.ThrowsAsync<PermanentFailureException>(() => SendAsync(server));

        Assert.Contains($"the address of {Bob} with {answer[..3]}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RCPT", "450 later")]
    [InlineData("RCPT", "452 full")]
    [InlineData("MAIL", "451 busy")]
    [InlineData("MAIL", "550 not you")]
    [InlineData("DATA", "554 not now")]
    public async Task Whatever_else_the_server_says_is_tried_again(string command, string answer)
    {
        await using var server = new SmtpServer { Answer = said => said.StartsWith(command, StringComparison.Ordinal) ? answer : "" };

        await Assert.ThrowsAnyAsync<SmtpException>(() => SendAsync(server));
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    public async Task A_server_that_does_not_answer_is_not_waited_for_long(string command)
    {
        await using var server = new SmtpServer { Answer = said => said.StartsWith(command, StringComparison.Ordinal) ? null : "" };
        var started = Stopwatch.GetTimestamp();

        var late = await Assert.ThrowsAsync<TimeoutException>(() => SendAsync(server, configure: options => options.SmtpTimeLimitSeconds = 1));

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.9, 20);
        Assert.Contains($"127.0.0.1:{server.Port}", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_waiting_is_let_go_at_once()
    {
        await using var server = new SmtpServer { Answer = said => said == "DATA" ? null : "" };
        using var leaving = new CancellationTokenSource();

        var sending = SendAsync(server, cancellationToken: leaving.Token);
        await Eventually.IsTrueAsync("the message is under way", () => Task.FromResult(server.Commands.Contains("DATA")));
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_like_any_other()
    {
        await using var server = new SmtpServer();

        await Assert.ThrowsAsync<SmtpException>(() => SendAsync(server, configure: options => options.SmtpPort = 1));
    }

    private static async Task SendAsync(
        SmtpServer server,
        string subject = "Subject",
        string text = "Text\n",
        Action<NotificationsOptions>? configure = null,
        CancellationToken cancellationToken = default)
    {
        var options = new NotificationsOptions
        {
            Delivery = DeliveryKind.Smtp,
            SmtpHost = "127.0.0.1",
            SmtpPort = server.Port,
            SmtpUseTls = false,
            From = "Tasks <tasks@example.org>",
        };
        configure?.Invoke(options);
        var wrapped = Options.Create(options);
        await new SmtpSender(wrapped, new AddressesOfIds(wrapped), TimeProvider.System).SendAsync(
            new("the-id", Bob, subject, text, EventId, new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), Bob.Value), cancellationToken);
    }
}

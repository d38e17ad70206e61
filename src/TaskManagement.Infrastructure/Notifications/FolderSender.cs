using Microsoft.Extensions.Options;
using TaskManagement.Application.Notifications;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>
/// Writes messages into a folder, one file each, for a mail program or another service to take. A file appears when it is complete; the same
/// message again becomes the same file.
/// </summary>
internal sealed class FolderSender(IOptions<NotificationsOptions> options, IAddressBook addresses) : INotificationSender
{
    public async Task SendAsync(Message message, CancellationToken cancellationToken)
    {
        if ((message.Address ?? await addresses.FindAsync(message.Recipient, cancellationToken)) is not { } to)
            return;
        var folder = Directory.CreateDirectory(options.Value.Folder).FullName;
        // Not unique: what a process left unfinished is written over by the next attempt.
        var unfinished = Path.Combine(folder, $".{message.Id}.tmp");
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await file.WriteAsync(MailFile.Of(message, new(options.Value.From), new(to)), cancellationToken);
            // The event counts as delivered from now on, so the file has to outlive a power cut as well.
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, Path.Combine(folder, $"{message.Id}.eml"), overwrite: true);
    }
}

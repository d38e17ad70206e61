using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TaskManagement.CrashTests.Checking;

namespace TaskManagement.CrashTests.Node;

/// <summary>
/// A file that several processes add lines to, each by one write at the end: what the system has taken outlives the process, and no line is torn.
/// </summary>
internal sealed class OutsideFile(string path) : IDisposable
{
    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int OwnerOnly = 0x180;

    private readonly SafeFileHandle _file = Open(path);

    public void Add(OutsideLine line)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Step}\t{line.Subscription}\t{line.EventId}\t{line.StreamId}\t{line.Version}\t{line.Attempt}\t{line.Invocation}\t{line.Process}\t{line.Milliseconds}\n"));
        if (Write(_file, bytes, bytes.Length) != bytes.Length)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    public static IReadOnlyList<OutsideLine> Read(string path) => File.Exists(path) ? [.. File.ReadLines(path).Select(Parse)] : [];

    public void Dispose() => _file.Dispose();

    private static OutsideLine Parse(string line)
    {
        var parts = line.Split('\t');
        return new(
            Enum.Parse<OutsideStep>(parts[0]),
            parts[1],
            Guid.Parse(parts[2]),
            Guid.Parse(parts[3]),
            long.Parse(parts[4], CultureInfo.InvariantCulture),
            int.Parse(parts[5], CultureInfo.InvariantCulture),
            Guid.Parse(parts[6]),
            parts[7],
            long.Parse(parts[8], CultureInfo.InvariantCulture));
    }

    // FileMode.Append seeks to the end and writes there, which another process may have moved in between.
    private static SafeFileHandle Open(string path)
    {
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), WriteOnly | Create | Append, OwnerOnly);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags, int mode);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(SafeFileHandle file, byte[] bytes, nint count);
}

using System.Runtime.InteropServices;
using TaskManagement.TestSupport.Processes;

namespace TaskManagement.Benchmarks.Load;

/// <summary>Sees that nothing is left behind if this process is ended in the middle: servers that are suspended, and databases that are large.</summary>
internal static class EndInOrder
{
    private static readonly List<PosixSignalRegistration> Signals =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            // By itself the runtime ends at once.
            context.Cancel = true;
            Environment.Exit(1);
        })),
    ];

    /// <summary>Ends a process with this one.</summary>
    public static void Kill(ServiceProcess process) => AtExit(() => process.Kill());

    /// <summary>Deletes a folder with this process, if it is there still.</summary>
    public static void Delete(TemporaryFolder folder) => AtExit(() =>
    {
        if (Directory.Exists(folder.Path))
            folder.Dispose();
    });

    private static void AtExit(Action action)
    {
        GC.KeepAlive(Signals);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => action();
    }
}

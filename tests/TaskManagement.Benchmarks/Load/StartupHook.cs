using System.IO.MemoryMappedFiles;

// The runtime looks for a type of this name outside of all namespaces (DOTNET_STARTUP_HOOKS).
#pragma warning disable CA1050, MA0047

/// <summary>
/// Runs in the process that is measured and tells, in a file that both processes map, how much it has allocated so far. It is loaded by file into
/// processes that are not this program, so it refers to nothing but the runtime.
/// </summary>
internal static class StartupHook
{
    /// <summary>The variable with the path of the file, which is there and has eight bytes.</summary>
    public const string PathVariable = "TASKMANAGEMENT_BENCHMARK_ALLOCATED";

    private const int MillisecondsBetween = 50;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
            new Thread(() => Tell(path)) { IsBackground = true, Name = "Allocated bytes" }.Start();
    }

    private static void Tell(string path)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        using var view = file.CreateViewAccessor();
        using var never = new ManualResetEvent(initialState: false);
        do
            view.Write(0, GC.GetTotalAllocatedBytes());
        while (!never.WaitOne(MillisecondsBetween));
    }
}

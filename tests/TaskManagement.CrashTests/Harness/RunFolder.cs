using System.Diagnostics;
using System.Globalization;

namespace TaskManagement.CrashTests.Harness;

/// <summary>Where a run keeps what it leaves behind, and what happened in it. It goes with the run, unless the run failed.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<string> _journal = [];

    public RunFolder() => Directory.CreateDirectory(Gates);

    public string Path { get; } = Directory.CreateTempSubdirectory("taskmanagement-crash-").FullName;

    public string Outside => File("outside");

    public string Gates => File("gates");

    /// <summary>Whether to keep it.</summary>
    public bool IsKept { get; set; } = true;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Notes what happened.</summary>
    public void Note(string what)
    {
        lock (_lock)
            _journal.Add(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_started).TotalSeconds,8:0.00} {what}"));
    }

    /// <summary>Lets the gate of a process stand closed, or opens it.</summary>
    public void SetGate(string process, bool isClosed)
    {
        var gate = System.IO.Path.Combine(Gates, process);
        if (isClosed)
            System.IO.File.WriteAllText(gate, "");
        else
            System.IO.File.Delete(gate);
    }

    public void Dispose()
    {
        if (IsKept)
            System.IO.File.WriteAllLines(File("journal"), _journal);
        else
            Directory.Delete(Path, recursive: true);
    }
}

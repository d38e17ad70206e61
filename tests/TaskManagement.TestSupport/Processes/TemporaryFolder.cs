namespace TaskManagement.TestSupport.Processes;

/// <summary>A fresh folder that goes when the test does.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("taskmanagement-test-").FullName;

    /// <summary>Where the service keeps its database when nothing else is said: below the folder it is started in.</summary>
    public string DatabaseFile => System.IO.Path.Combine(Path, "data", "taskmanagement.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace TaskManagement.Cli.IntegrationTests.Support;

/// <summary>A fresh folder that goes when the test does.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("taskmanagement-cli-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace TaskManagement.Cli.IntegrationTests.Support;

/// <summary>The one service that the tests share; each works on tasks of its own.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal ServiceProcess Service { get; private set; } = null!;

    internal CommandLine Tool { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Service = await ServiceProcess.StartAsync(_folder.Path);
        Tool = new(Service.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (Service is not null)
            await Service.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Lets handlers succeed with everything, for as long as the result is not disposed.</summary>
    internal IDisposable Heal() => new Healing(Path.Combine(_folder.Path, Cli.IntegrationTests.Service.Fate.Healed));

    private sealed class Healing : IDisposable
    {
        private readonly string _file;

        public Healing(string file) => File.WriteAllText(_file = file, "");

        public void Dispose() => File.Delete(_file);
    }
}

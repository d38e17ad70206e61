using System.Net;

namespace TaskManagement.Api.IntegrationTests.Processes;

public sealed class EndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Asked_to_end_under_load_the_service_answers_or_refuses_and_keeps_what_it_answered()
    {
        LoadOnService load;
        await using (var service = await ServiceProcess.StartAsync(_folder))
        {
            load = await LoadOnService.OnNewProjectAsync(service);
            Ended? ended = null;
            await load.RunAsync(service, changes: 200, async () => ended = await service.TerminateAsync());
            Assert.Equal(0, ended!.ExitCode);
            Assert.Empty(ended.Errors);
            Assert.DoesNotContain(ended.Output, line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal));
            Assert.All(load.Refusals, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
            Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.db-*", SearchOption.AllDirectories));
        }

        await using var again = await ServiceProcess.StartAsync(_folder);
        await load.AssertKeptAsync(again);
    }

    [Fact]
    public async Task Killed_again_and_again_under_load_the_service_keeps_what_it_answered_and_no_half_of_anything()
    {
        const int Rounds = 5;
        const int Seed = 20261121;
        var random = new Random(Seed);
        LoadOnService? load = null;
        for (var round = 0; round < Rounds; round++)
        {
            await using var service = await ServiceProcess.StartAsync(_folder);
            load ??= await LoadOnService.OnNewProjectAsync(service);
            await load.AssertKeptAsync(service);
            await load.RunAsync(service, changes: random.Next(20, 120), service.KillAsync);
            Assert.Empty(load.Refusals);
        }

        await using var last = await ServiceProcess.StartAsync(_folder);
        await load!.AssertKeptAsync(last);
    }
}

using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TaskManagement.Api;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Cli.IntegrationTests.Service;

/// <summary>The service as its own program runs it, with the handlers of this assembly.</summary>
internal static class TestService
{
    public const string Argument = "service";

    public static async Task<int> RunAsync(string[] args)
    {
        _ = EndWithParentAsync();
        try
        {
            var options = new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory };
            await using var app = WebApplication.CreateBuilder(options).AddTaskManagement(typeof(TestService).Assembly).Build();
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            await DatabaseStartup.StartAsync(app.Services, CancellationToken.None);
            await app.UseTaskManagement().ListenAsync();
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception exception) when (StartFault.Describe(exception) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    /// <summary>Ends the process when the one that started it is gone, which closes its input.</summary>
    private static async Task EndWithParentAsync()
    {
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null);
        Process.GetCurrentProcess().Kill();
    }
}

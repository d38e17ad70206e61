using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TaskManagement.Api;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.CrashTests.Node;

/// <summary>The service as its own program runs it, with the handlers of this assembly.</summary>
internal static class CrashNode
{
    public const string Argument = "node";

    public static async Task<int> RunAsync(string[] args)
    {
        _ = EndWithParentAsync();
        try
        {
            var options = new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory };
            var builder = WebApplication.CreateBuilder(options).AddTaskManagement(typeof(CrashNode).Assembly);
            var settings = builder.Configuration.GetRequiredSection(CrashSettings.Section).Get<CrashSettings>()!;
            builder.Services.AddSingleton(settings);
            builder.Services.AddSingleton(_ => new OutsideFile(settings.OutsideFile));
            builder.Services.AddScoped<EffectRecorder>();
            builder.Services.AddSingleton(new EngineSafeguards
            {
                Fencing = settings.Without != nameof(EngineSafeguards.Fencing),
                AtomicCursor = settings.Without != nameof(EngineSafeguards.AtomicCursor),
                Sequencer = settings.Without != nameof(EngineSafeguards.Sequencer),
            });
            await using var app = builder.Build();
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

using Microsoft.Extensions.Options;
using TaskManagement.Api;
using TaskManagement.Infrastructure.Persistence;

try
{
    // The settings beside the program are read wherever it is started from; what it keeps goes to where it is started.
    var options = new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory };
    await using var app = WebApplication.CreateBuilder(options).AddTaskManagement().Build();
    // Before anything is done, not just before listening: a start that fails leaves nothing behind.
    app.Services.GetRequiredService<IStartupValidator>().Validate();
    if (args.Contains("migrate", StringComparer.Ordinal))
    {
        await DatabaseStartup.MigrateAsync(app.Services, CancellationToken.None);
        return 0;
    }

    if (await DatabaseStartup.StartAsync(app.Services, CancellationToken.None) is { } token)
        Console.WriteLine($"Administrator's token, shown this once: {token}");
    await app.UseTaskManagement().ListenAsync();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (StartFault.Describe(exception) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}

using Microsoft.Extensions.Options;
using TaskManagement.Api;
using TaskManagement.Infrastructure.Persistence;

try
{
    var app = WebApplication.CreateBuilder(args).AddTaskManagement().Build();
    if (args is ["migrate", ..])
    {
        await DatabaseStartup.MigrateAsync(app.Services, CancellationToken.None);
        return 0;
    }

    if (await DatabaseStartup.StartAsync(app.Services, CancellationToken.None) is { } token)
        Console.WriteLine($"Administrator's token, shown this once: {token}");
    await app.UseTaskManagement().RunAsync();
    return 0;
}
catch (OptionsValidationException invalid)
{
    await Console.Error.WriteLineAsync($"The configuration is invalid. {string.Join(' ', invalid.Failures)}");
    return 1;
}

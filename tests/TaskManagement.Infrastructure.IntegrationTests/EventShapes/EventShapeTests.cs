using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Infrastructure.IntegrationTests.EventShapes;

/// <summary>Logs are for good: what an event states can be read for as long as there is a log, and changes with its version only.</summary>
public sealed class EventShapeTests
{
    [Fact]
    public void No_event_changed_its_shape_without_a_new_version_and_every_older_version_can_be_read()
    {
        var types = new ServiceCollection().AddInfrastructure(new ConfigurationBuilder().Build()).BuildServiceProvider().GetRequiredService<EventTypes>();
        var book = new ShapeBook(Folder());
        if (Environment.GetEnvironmentVariable(ShapeBook.Update) == "1")
            book.Add(types);

        var faults = book.Faults(types);

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.NotEmpty(types.All);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}

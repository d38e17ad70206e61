using System.Runtime.CompilerServices;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>Documents that are made from the code, and committed.</summary>
internal static class Documents
{
    private const string Update = "TASKMANAGEMENT_UPDATE_DOCUMENTS";

    /// <summary>The committed document must be this one; told to, writes it first.</summary>
    public static async Task ShouldBeAsync(string name, string made, [CallerFilePath] string caller = "")
    {
        var file = Path.Combine(Root(caller), "docs", name);
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(file, made);

        var committed = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";

        Assert.True(committed == made, $"docs/{name} is no longer what the code says. If that is meant, run this test with {Update}=1, review the file and commit it.");
    }

    private static string Root(string caller)
    {
        var folder = Path.GetDirectoryName(caller)!;
        while (!File.Exists(Path.Combine(folder, "TaskManagement.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}

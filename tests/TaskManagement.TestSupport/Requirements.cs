using Xunit;

namespace TaskManagement.TestSupport;

/// <summary>What a run of the tests must find, so that a test that could not run does not look like one that passed.</summary>
public static class Requirements
{
    private const string Variable = "TASKMANAGEMENT_TEST_REQUIRE";

    /// <summary>Fails the test if what it lacks is required, and else skips it.</summary>
    public static void SkipOrFail(string name, string reason)
    {
        var required = (Environment.GetEnvironmentVariable(Variable) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (required.Contains(name, StringComparer.OrdinalIgnoreCase))
            Assert.Fail($"{Variable} names {name}: {reason}");
        Assert.Skip($"{name}: {reason}");
    }
}

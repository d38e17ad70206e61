using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace TaskManagement.Benchmarks.Parts;

/// <summary>What the parts of the pipeline cost, each measured alone.</summary>
internal static class PartCosts
{
    /// <summary>Measures the parts that are asked for.</summary>
    /// <param name="filters">Words of which the full name of a benchmark is to have one; all are measured if there are none.</param>
    /// <returns>Whether there were any, and all of them ran.</returns>
    public static bool Measure(string[] filters)
    {
        // In this process, since a process for each would first build the whole service again, for two minutes.
        var job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(20)
            .WithIterationCount(20)
            .WithIterationTime(TimeInterval.FromMilliseconds(100));
        var config = DefaultConfig.Instance
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
            .HideColumns("Categories", "StdDev", "Median", "RatioSD", "Gen0", "Gen1", "Gen2");
        var patterns = filters.Select(filter => $"*{filter}*").DefaultIfEmpty("*");
        var summaries = BenchmarkSwitcher.FromTypes([typeof(Dispatch), typeof(Saving), typeof(Serialisation), typeof(Projection)])
            .Run(["--filter", .. patterns], config)
            .ToList();
        return summaries.Count > 0
            && summaries.TrueForAll(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success));
    }
}

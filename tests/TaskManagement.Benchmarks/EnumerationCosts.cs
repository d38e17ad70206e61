using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport.Databases;
using TaskManagement.TestSupport.Processes;

namespace TaskManagement.Benchmarks;

/// <summary>Whether the time that an answer takes tells which addresses have accounts.</summary>
internal static class EnumerationCosts
{
    private const string Wrong = "wrong horse battery";
    private const int WarmUps = 20;

    /// <summary>Measures on one database.</summary>
    /// <param name="kind">Which database.</param>
    /// <param name="accounts">How many addresses with an account are tried, and as many without.</param>
    public static async Task MeasureAsync(DatabaseKind kind, int accounts)
    {
        using var folder = new TemporaryFolder();
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var service = await ServiceProcess.StartAsync(folder,
        [
            .. database.Settings.Select(setting => (setting.Key, setting.Value!)),
            ("Accounts:Registration", "Open"), ("Accounts:AttemptsPerMinutePerAddress", "1000000"), ("RateLimiting:AnonymousPerSecond", "1000000"), ("RateLimiting:AnonymousBurst", "1000000"), ("Notifications:Delivery", "None"),
        ]);
        for (var i = 0; i < accounts; i++)
            await PostAsync(service.Client, "/api/v1/accounts", new { email = Known(i), displayName = "Known", password = "correct horse battery" });

        Console.WriteLine($"\n## {kind}\n\n{accounts} addresses with an account and as many without, in turn and at random; milliseconds\n");
        Console.WriteLine("| | with, median | p90 | without, median | p90 | ratio of medians | right guesses by one answer |\n| --- | --- | --- | --- | --- | --- | --- |");
        using var anyone = new HttpClient { BaseAddress = service.Address };
        await CompareAsync("sign in", email => PostAsync(anyone, "/api/v1/sessions", new { email, password = Wrong }), accounts);
        await CompareAsync("ask for a new password", email => PostAsync(anyone, "/api/v1/accounts/password-reset", new { email }), accounts);
        await CompareAsync("register", email => PostAsync(anyone, "/api/v1/accounts", new { email, displayName = "Someone", password = Wrong }), accounts);
    }

    private static async Task CompareAsync(string name, Func<string, Task> tryAsync, int accounts)
    {
        var random = new Random(1);
        List<double> with = [], without = [];
        for (var i = 0; i < WarmUps; i++)
            await tryAsync($"warm-{name.Length}-{i}@people.example");
        for (var i = 0; i < accounts; i++)
        {
            var (known, unknown) = (Known(i), $"unknown-{name.Length}-{i}@people.example");
            if (random.Next(2) == 0)
            {
                with.Add(await TimeAsync(() => tryAsync(known)));
                without.Add(await TimeAsync(() => tryAsync(unknown)));
            }
            else
            {
                without.Add(await TimeAsync(() => tryAsync(unknown)));
                with.Add(await TimeAsync(() => tryAsync(known)));
            }
        }

        with.Sort();
        without.Sort();
        // Of a pair of answers, how often the slower one is that of an account: 50 % is a coin.
        var slower = with.Sum(one => (double)without.Count(other => other < one)) / with.Count / without.Count;
        Console.WriteLine(
            $"| {name} | {At(with, 0.5):0.00} | {At(with, 0.9):0.00} | {At(without, 0.5):0.00} | {At(without, 0.9):0.00} | {At(with, 0.5) / At(without, 0.5):0.00} | {Math.Max(slower, 1 - slower):P0} |");
    }

    private static string Known(int number) => $"known-{number}@people.example";

    private static double At(List<double> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task PostAsync(HttpClient client, string address, object body)
    {
        using var answer = await client.PostAsJsonAsync(new Uri(address, UriKind.Relative), body, JsonSerializerOptions.Web);
        if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.Unauthorized)
            throw new InvalidOperationException($"{address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}

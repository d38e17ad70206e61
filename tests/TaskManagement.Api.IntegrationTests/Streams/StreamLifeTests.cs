using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Streams.EventStreamClient;

namespace TaskManagement.Api.IntegrationTests.Streams;

/// <summary>What streams cost and how they last and end.</summary>
public sealed class StreamLifeTests
{
    private static readonly Dictionary<string, string?> QuickBeats = new(StringComparer.Ordinal) { ["Events:StreamHeartbeatSeconds"] = "1" };

    [Fact]
    public async Task A_silent_stream_shows_that_it_lives_and_how_far_it_has_looked()
    {
        await using var host = await ApiHost.StartAsync(settings: QuickBeats);
        await using var all = await OpenAsync(host.Client);
        await using var filtered = await OpenAsync(host.Client, "?type=project.*");
        using var linesOfAll = new StreamReader(all.Body);
        using var linesOfFiltered = new StreamReader(filtered.Body);

        Assert.Equal(["id: 0", ""], (await ReadToAsync(linesOfAll, ":"))[^3..^1]);
        await host.Client.CreateTaskAsync();
        // To a browser, an id without data is no event; but it is the last id.
        Assert.DoesNotContain(await ReadToAsync(linesOfFiltered, "id: 1"), line => line.StartsWith("data", StringComparison.Ordinal));
        Assert.Equal(["", ":"], await ReadToAsync(linesOfFiltered, ":"));
        Assert.Contains(await ReadToAsync(linesOfAll, "id: 1"), line => line.StartsWith("data: {", StringComparison.Ordinal));

        static async Task<List<string>> ReadToAsync(StreamReader lines, string last)
        {
            var read = new List<string>();
            while (read.LastOrDefault() != last)
                read.Add((await lines.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)))!);
            return read;
        }
    }

    [Fact]
    public async Task Idle_streams_ask_the_database_nothing_about_events_and_once_for_all_about_their_token()
    {
        const int Streams = 200;
        var statements = new Statements();
        await using var host = await ApiHost.StartAsync(
            settings: QuickBeats,
            configure: services => services.ConfigureDbContext<SqliteDbContext>(builder => builder.AddInterceptors(statements)));
        await host.Client.CreateTaskAsync();
        var streams = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => OpenAsync(host.Client)));
        await BeatsAsync(2);
        var before = statements.Sent.Count;
        await BeatsAsync(8);

        // The engine's own beat asks for everything there is in one statement, whether or not there are streams.
        var sent = statements.Sent.Skip(before).Where(statement => !statement.Contains("event_nodes", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(sent, statement => statement.Contains("event_log", StringComparison.Ordinal));
        Assert.True(sent.Count < Streams, $"{sent.Count} statements: {string.Join('\n', sent.Take(20))}");
        await host.Client.CreateProjectAsync();
        foreach (var stream in streams)
        {
            Assert.Contains("project.created", (await stream.NextAsync()).Data, StringComparison.Ordinal);
            await stream.DisposeAsync();
        }

        // Comments are two bytes; what begins the answer is read with them.
        Task BeatsAsync(int count) => Task.WhenAll(streams.Select(async stream =>
        {
            for (var beat = 0; beat < count; beat++)
                Assert.NotEqual(0, await stream.Body.ReadAsync(new byte[1024]));
        }));
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_is_no_longer_valid()
    {
        await using var host = await ApiHost.StartAsync(settings: QuickBeats);
        await using var stream = await OpenAsync(host.Client);
        await using (var scope = host.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>().Database.ExecuteSqlAsync($"DELETE FROM access_tokens");

        Assert.Null(await stream.TryNextAsync());
    }

    [Fact]
    public async Task No_more_streams_are_open_than_may_be_and_one_that_ends_makes_room()
    {
        await using var host = await ApiHost.StartAsync(settings: new(StringComparer.Ordinal) { ["Events:MaxStreams"] = "2" });
        await using var one = await OpenAsync(host.Client);
        await host.Client.GetAsync($"{Url}?after=nonsense").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        await using (await OpenAsync(host.Client))
        {
            using var refused = await host.Client.GetAsync(Url);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal("stream.too_many", (await refused.JsonAsync()).Text("code"));
        }

        await Eventually.IsTrueAsync("there is room again", async () =>
        {
            using var answer = await host.Client.SendAsync(new(HttpMethod.Get, Url), HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task What_is_measured_of_a_stream_is_how_long_it_took_to_begin()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await ApiHost.StartAsync();
        const string TraceId = "5bf92f3577b34da6a3ce929d0e0e4737";
        using var request = new HttpRequestMessage(HttpMethod.Get, Url);
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        DateTimeOffset opened;
        using (await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
            opened = TimeProvider.System.GetUtcNow();

        await Eventually.IsTrueAsync("the span is over", () => Task.FromResult(spans.Any(IsOfStream)));
        var span = spans.Single(IsOfStream);
        Assert.True(span.StartTimeUtc + span.Duration <= opened.UtcDateTime);
        Assert.Equal("GET /api/v1/events/stream", span.DisplayName);

        bool IsOfStream(Activity span) => span.TraceId.ToHexString() == TraceId;
    }

    /// <summary>Keeps every statement that is sent.</summary>
    private sealed class Statements : DbCommandInterceptor
    {
        private readonly ConcurrentQueue<string> _sent = new();

        public IReadOnlyList<string> Sent => [.. _sent];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            _sent.Enqueue(command.CommandText);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            _sent.Enqueue(command.CommandText);
            return ValueTask.FromResult(result);
        }
    }
}

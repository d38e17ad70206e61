using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Streams;

public abstract class CutOffTests(DatabaseKind database)
{
    private const int Changes = 10_000;
    private const int Cuts = 100;
    private const int Writers = 8;

    // A comment, the time to wait and the first id.
    private const int Opening = 26;

    // On average, all cuts but the last few come while changes are made.
    private const int MostBytes = 100_000;

    [Fact]
    public async Task A_client_that_is_cut_off_a_hundred_times_sees_every_event_once_and_in_order()
    {
        const int Seed = 20261122;
        TestContext.Current.TestOutputHelper!.WriteLine($"Seed {Seed}");
        var random = new Random(Seed);
        // Events alone are of interest here: what handlers would write costs most of the time.
        await using var host = await ApiHost.StartAsync(database, new(StringComparer.Ordinal) { ["Events:Deliver"] = "false" });
        var seen = new List<(string Position, string Json)>();
        string? position = null;
        var cuts = 0;

        // It begins now, before the first change, and is told where that is.
        await using (var first = await EventStreamClient.OpenAsync(host.Client, through: body => new CutStream(body, Opening)))
        {
            Assert.Null(await first.TryNextAsync());
            position = first.LastEventId;
            cuts++;
        }

        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => ChangeAsync(host.Client, writer))));
        while (seen.Count < Changes)
        {
            var isLast = cuts == Cuts;
            var (query, header) = random.Next(2) == 0 ? ($"?after={position}", null) : ("", position);
            await using var stream = await EventStreamClient.OpenAsync(
                host.Client, query, header, body => isLast ? body : new CutStream(body, random.Next(MostBytes)));
            while (seen.Count < Changes && await stream.TryNextAsync() is { } item)
            {
                seen.Add((item.EventId!, item.Data));
                position = item.EventId;
            }

            cuts += isLast ? 0 : 1;
        }

        await writing;
        Assert.Equal(Cuts, cuts);
        Assert.Equal(await host.Client.FeedAsync(), seen);
        Assert.Equal(Enumerable.Range(1, Changes).Select(n => n.ToString(CultureInfo.InvariantCulture)), seen.Select(one => one.Position));
    }

    /// <summary>Makes its part of all changes: creates a task and changes five things about it again and again; but four the last time.</summary>
    private static async Task ChangeAsync(HttpClient client, int writer)
    {
        const int patches = Changes / Writers / 5;
        var task = (await client.CreateTaskAsync($"Task of {writer}")).Id();
        for (var i = 1; i <= patches; i++)
        {
            var patch = new JsonObject
            {
                ["title"] = $"Change {i}",
                ["labels"] = new JsonArray($"at-{i}"),
                ["priority"] = i % 2 == 0 ? "high" : "low",
                ["due"] = new JsonObject { ["date"] = new DateOnly(2026, 1, 1).AddDays(i).ToString("O", CultureInfo.InvariantCulture) },
            };
            if (i < patches)
                patch["assigneeId"] = Guid.CreateVersion7().ToString();
            await client.PatchJsonAsync($"{TasksUrl}/{task}", patch.ToJsonString()).ShouldBeAsync(HttpStatusCode.OK);
        }
    }

    /// <summary>A connection that breaks after so many bytes, wherever that is.</summary>
    private sealed class CutStream(Stream inner, int bytes) : Stream
    {
        private int _left = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
                return 0;
            var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

public sealed class CutOffTestsOnSqlite() : CutOffTests(DatabaseKind.Sqlite);

public sealed class CutOffTestsOnPostgreSql() : CutOffTests(DatabaseKind.PostgreSql);

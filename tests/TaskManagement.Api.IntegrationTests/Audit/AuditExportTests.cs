using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Audit;

/// <summary>The audit trail as a file.</summary>
public abstract class AuditExportTests(DatabaseKind database)
{
    private const string Url = "/api/v1/audit";
    private const string Csv = "text/csv";
    private const string Ndjson = "application/x-ndjson";
    private const int Many = 20_000;

    [Fact]
    public async Task Twenty_thousand_events_are_exported_completely_and_in_order_while_others_write()
    {
        await using var host = await ApiHost.StartAsync(database, new(StringComparer.Ordinal) { ["Events:Deliver"] = "false" });
        await FillAsync(host);
        using var writing = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => WriteAsync(host.Client, writing.Token))).ToList();

        var (csv, csvName) = await ExportAsync(host, Csv);
        var (ndjson, ndjsonName) = await ExportAsync(host, Ndjson);

        await writing.CancelAsync();
        await Task.WhenAll(writers);
        var rows = CsvText.Read(csv);
        Assert.Equal(["id", "action", "resourceType", "resourceId", "actor", "address", "at", "correlationId", "causationId", "details"], rows[0]);
        Assert.Equal(await IdsAsync(host, PositionIn(csvName, "csv")), rows.Skip(1).Select(row => row[0]));
        Assert.Equal(await IdsAsync(host, PositionIn(ndjsonName, "ndjson")), Lines(ndjson).Select(line => JsonNode.Parse(line)!.Id()));
        Assert.True(rows.Count > Many);
    }

    [Fact]
    public async Task Each_filter_chooses_what_it_chooses_in_pages_and_lines_are_the_items_of_pages()
    {
        await using var host = await ApiHost.StartAsync(database, new(StringComparer.Ordinal) { ["Proxies:Trusted"] = "127.0.0.0/8,::1/128" });
        var task = await host.Client.PostJsonAsync(TasksUrl, """{"title":"With \"quotes\"; and, commas"}""", ("X-Forwarded-For", "192.0.2.99")).ShouldBeAsync(HttpStatusCode.Created);
        await host.Client.PostJsonAsync($"{TasksUrl}/{task.Id()}/start").ShouldBeAsync(HttpStatusCode.OK);
        await host.Client.CreateProjectAsync();
        await Eventually.IsTrueAsync("the last is in the audit", async () => (await PageAsync("action=project.created")).Count > 0);
        var actor = (string)JsonNode.Parse((await PageAsync("action=project.created"))[0])!["actor"]!;
        var at = task.Text("createdAt");

        foreach (var filter in new[]
        {
            "", "action=task.created", "action=task.*,project.created", "address=192.0.2.99", "resource=project", $"resource=task/{task.Id()}",
            $"actor={actor}", "actor=user:nobody", $"from={at}", $"to={at}", "from=2020-01-01&to=2020-01-02",
        })
        {
            var page = await PageAsync(filter);

            var (ndjson, _) = await ExportAsync(host, Ndjson, filter);
            var (csv, _) = await ExportAsync(host, Csv, filter);

            Assert.Equal(page, Lines(ndjson));
            Assert.Equal(page.Select(Cells), CsvText.Read(csv).Skip(1));
        }

        async Task<List<string>> PageAsync(string filter)
        {
            using var answer = await host.Client.GetAsync($"{Url}?{filter}");
            using var page = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return [.. page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetRawText())];
        }

        static string[] Cells(string item) =>
            [.. JsonNode.Parse(item)!.AsObject().Select(member => member.Key == "details" ? RawDetails(item) : (string?)member.Value ?? "")];

        static string RawDetails(string item)
        {
            using var entry = System.Text.Json.JsonDocument.Parse(item);
            return entry.RootElement.GetProperty("details").GetRawText();
        }
    }

    [Theory]
    [InlineData("=cmd|'/C'!A0")]
    [InlineData("+1")]
    [InlineData("-1,2")]
    [InlineData("@SUM(1)")]
    public async Task No_cell_is_a_formula(string correlation)
    {
        await using var host = await ApiHost.StartAsync(database);
        await host.Client.PostJsonAsync(TasksUrl, """{"title":"Task"}""", ("X-Correlation-Id", correlation)).ShouldBeAsync(HttpStatusCode.Created);

        var csv = await EventuallyAsync(host);

        Assert.Equal("'" + correlation, Assert.Single(csv.Skip(1))[7]);

        static async Task<List<string[]>> EventuallyAsync(ApiHost host)
        {
            List<string[]> rows = [];
            await Eventually.IsTrueAsync("it is in the export", async () => (rows = CsvText.Read((await ExportAsync(host, Csv, "action=task.created")).Text)).Count > 1);
            return rows;
        }
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/csv", Csv)]
    [InlineData("TEXT/CSV; charset=UTF-8", Csv)]
    [InlineData("text/*", Csv)]
    [InlineData("application/x-ndjson", Ndjson)]
    [InlineData("application/*", "application/json")]
    [InlineData("application/json, text/csv", "application/json")]
    [InlineData("application/json;q=0.5, text/csv;q=0.6", Csv)]
    [InlineData("application/json;q=0.5, text/csv;q=0.6, application/x-ndjson;q=0.7", Ndjson)]
    [InlineData("text/csv;q=0, */*", "application/json")]
    [InlineData("*/*;q=0.1, application/x-ndjson", Ndjson)]
    [InlineData("image/png", "application/json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json")]
    public async Task The_form_is_the_one_that_the_caller_would_rather_have(string? accept, string form)
    {
        await using var host = await ApiHost.StartAsync(database);

        using var answer = await GetAsync(host.Client, Url, accept);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(form, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("utf-8", answer.Content.Headers.ContentType?.CharSet);
        Assert.Contains("Accept", answer.Headers.Vary);
        var isFile = form != "application/json";
        Assert.Equal(isFile ? "attachment" : null, answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(isFile, answer.Headers.CacheControl!.NoStore);
        Assert.NotEqual(0xEF, (await answer.Content.ReadAsByteArrayAsync()).FirstOrDefault());
    }

    [Fact]
    public async Task What_an_export_does_not_take_is_refused_by_name_and_who_is_no_administrator_gets_none()
    {
        await using var host = await ApiHost.StartAsync(database);
        var body = new JsonObject
        {
            ["name"] = "reader",
            ["scopes"] = new JsonArray("tasks:write", "events:read", "projects:admin", "webhooks"),
            ["expiresAt"] = TimeProvider.System.GetUtcNow().AddDays(1).ToString("O", CultureInfo.InvariantCulture),
        };
        using var reader = host.CreateClient((await host.Client.PostJsonAsync("/api/v1/tokens", body.ToJsonString()).ShouldBeAsync(HttpStatusCode.Created)).Text("token"));
        using var nobody = host.CreateClient(token: null);

        foreach (var accept in new[] { Csv, Ndjson })
        {
            var paged = await GetAsync(host.Client, $"{Url}?limit=10&cursor=x", accept).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
            Assert.Equal(["limit", "cursor"], paged["errors"]!.AsArray().Select(error => error!.Text("parameter")));
            await GetAsync(host.Client, $"{Url}?unknown=1", accept).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
            await GetAsync(host.Client, $"{Url}?action=task.complted", accept).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
            await GetAsync(reader, Url, accept).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_scope");
            await GetAsync(nobody, Url, accept).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        }
    }

    [Theory]
    [InlineData(Csv)]
    [InlineData(Ndjson)]
    public async Task A_file_that_can_not_be_completed_does_not_end_as_one_that_is(string accept)
    {
        var log = new VanishingLog();
        await using var host = await ApiHost.StartAsync(
            database, new(StringComparer.Ordinal) { ["Events:Deliver"] = "false" }, services => services.Decorate<IEventSearch>(search => log.Around(search)));
        await FillAsync(host);

        log.PartsLeft = 0;
        await GetAsync(host.Client, Url, accept).ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "database.unavailable");
        log.PartsLeft = 5;
        using var answer = await GetAsync(host.Client, Url, accept, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Who_does_not_read_is_cut_off()
    {
        var log = new LinesOfLog();
        await using var host = await ApiHost.StartAsync(
            database,
            new(StringComparer.Ordinal) { ["Events:Deliver"] = "false", ["Events:StreamWriteSeconds"] = "1", ["Logging:LogLevel:TaskManagement"] = "Information" },
            services => services.AddSingleton<ILoggerProvider>(log));
        await FillAsync(host);
        var service = host.Client.BaseAddress!;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        await socket.ConnectAsync(service.Host, service.Port);

        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {Url} HTTP/1.1\r\nHost: {service.Authority}\r\nAccept: {Csv}\r\nAuthorization: Bearer {ApiHost.Token}\r\n\r\n"));

        await Eventually.IsTrueAsync("it is cut off", () => Task.FromResult(log.Lines.Any(line => line.Contains("the client does not read", StringComparison.Ordinal))));
    }

    private static async Task<(string Text, string FileName)> ExportAsync(ApiHost host, string accept, string filter = "")
    {
        using var answer = await GetAsync(host.Client, $"{Url}?{filter}", accept, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
    }

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient client, string address, string? accept, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request, until);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static long PositionIn(string fileName, string extension)
    {
        Assert.Matches($"^audit-[0-9]+\\.{extension}$", fileName);
        return long.Parse(fileName.AsSpan("audit-".Length, fileName.Length - "audit-.".Length - extension.Length), CultureInfo.InvariantCulture);
    }

    private static async Task WriteAsync(HttpClient client, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
            await client.CreateTaskAsync($"Task {i}");
    }

    /// <summary>The ids of all events up to a position, the last first, by the table itself.</summary>
    private static async Task<List<string>> IdsAsync(ApiHost host, long position)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var ids = await scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>().Database
            .SqlQuery<Guid>($"""SELECT event_id AS "Value" FROM event_log WHERE position <= {position} ORDER BY position DESC""").ToListAsync();
        return [.. ids.Select(id => id.ToString())];
    }

    private static async Task FillAsync(ApiHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>().Database;
        const string Columns = "event_id, stream_type, stream_id, stream_version, type, type_version, payload, actor, address, correlation_id, causation_id, causation_depth, occurred_at";
        var payload = $"'{{\"title\":\"commas, and {new string('x', 400)}\"}}'";
        var statement = db.IsSqlite()
            ? $"""
               WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Many})
               INSERT INTO event_log ({Columns})
               SELECT printf('00000000-0000-7000-8000-%012d', i), 'task', printf('00000001-0000-7000-8000-%012d', i), 1, 'task.common', 1, {payload}, 'user:busy',
                   '192.0.2.1', 'c', '00000000-0000-7000-8000-000000000000', 0, 0 FROM n
               """
            : $"""
               INSERT INTO event_log ({Columns}, position)
               SELECT ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'task', ('00000001-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 1, 'task.common',
                   1, {payload}, 'user:busy', '192.0.2.1', 'c', '00000000-0000-7000-8000-000000000000', 0, now(), i FROM generate_series(1, {Many}) i
               """;
        await db.ExecuteSqlRawAsync(statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    }

    /// <summary>A log whose database goes away after some parts were read.</summary>
    private sealed class VanishingLog
    {
        public int PartsLeft { get; set; } = int.MaxValue;

        public IEventSearch Around(IEventSearch search) => new Search(this, search);

        private sealed class Search(VanishingLog log, IEventSearch search) : IEventSearch
        {
            public Task<long> HeadAsync(CancellationToken cancellationToken) => search.HeadAsync(cancellationToken);

            public Task<IReadOnlyList<LoggedEvent>> FindAsync(EventFilter filter, CancellationToken cancellationToken) =>
                log.PartsLeft-- > 0 ? search.FindAsync(filter, cancellationToken) : throw new TimeoutException("The database is gone.");
        }
    }
}

public sealed class AuditExportTestsOnSqlite() : AuditExportTests(DatabaseKind.Sqlite);

public sealed class AuditExportTestsOnPostgreSql() : AuditExportTests(DatabaseKind.PostgreSql);

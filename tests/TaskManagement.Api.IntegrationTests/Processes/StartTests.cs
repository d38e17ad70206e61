using System.Net;
using System.Text;

namespace TaskManagement.Api.IntegrationTests.Processes;

public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_start_prints_a_token_once_and_keeps_its_hash_only()
    {
        string token;
        await using (var first = await ServiceProcess.StartBareAsync(_folder))
        {
            token = Assert.Single(first.PrintedTokens);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(first, token));
            Assert.True(File.Exists(_folder.DatabaseFile));
            await AssertNoFileHoldsAsync(token);
        }

        await using var second = await ServiceProcess.StartBareAsync(_folder);
        Assert.Empty(second.PrintedTokens);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second, token));
        await AssertNoFileHoldsAsync(token);
    }

    [Fact]
    public async Task The_configured_token_is_in_force_and_the_one_before_is_not()
    {
        const string Old = "old-token-0123456789";
        const string New = "new-token-0123456789";
        await using (var first = await ServiceProcess.StartBareAsync(_folder, ("Bootstrap:AdminToken", Old)))
        {
            Assert.Empty(first.PrintedTokens);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(first, Old));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(first, New));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(first, token: null));
        }

        await using var second = await ServiceProcess.StartBareAsync(_folder, ("Bootstrap:AdminToken", New));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second, New));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(second, Old));
        await AssertNoFileHoldsAsync(New);
    }

    [Theory]
    [InlineData("Bootstrap:AdminToken", "short")]
    [InlineData("Bootstrap:AdminToken", "")]
    [InlineData("Bootstrap:AdminToken", "has spaces, and is long enough")]
    [InlineData("Accounts:MailAtFirst", "assigned,everything")]
    [InlineData("Database:Provider", "Oracle")]
    [InlineData("Database:Provider", "7")]
    [InlineData("Database:Providr", "x")]
    [InlineData("Database:MigrateOnStart", "perhaps")]
    [InlineData("Database:MaxBatchSize", "0")]
    [InlineData("Database:MaxBatchSize", "many")]
    [InlineData("Database:ConnectionString", "Nonsense=1")]
    [InlineData("Events:MaxRounds", "0")]
    [InlineData("Events:MaxRounds", "1.5")]
    [InlineData("Events:Source", "")]
    [InlineData("Otlp:Endpoint", "collector:4317")]
    [InlineData("Otlp:Endpoint", "ftp://collector")]
    [InlineData("Otlp:Protocol", "Json")]
    [InlineData("Otlp:MetricsIntervalSeconds", "0")]
    [InlineData("Jwt:Authority", "http://issuer.example")]
    [InlineData("Jwt:Authority", "issuer")]
    [InlineData("Jwt:PublicKeys", "-----BEGIN PUBLIC KEY-----\nMTIz\n-----END PUBLIC KEY-----")]
    [InlineData("Jwt:Audience", "tasks")]
    [InlineData("Proxies:Trusted", "10.1.0.0/16,proxy")]
    [InlineData("RateLimiting:Burst", "0")]
    [InlineData("RateLimiting:PerSecond", "99999999999")]
    [InlineData("RateLimiting:Anonymous:Burst", "5")]
    public async Task A_wrong_setting_stops_the_start_with_one_line_that_names_it_and_leaves_no_database(string name, string value)
    {
        var ended = await ServiceProcess.RunToEndAsync(_folder, arguments: [], (name, value));
        AssertRefused(ended, name.StartsWith("RateLimiting:Anonymous:", StringComparison.Ordinal) ? "RateLimiting:Anonymous" : name);
        Assert.False(File.Exists(_folder.DatabaseFile));
    }

    [Fact]
    public async Task All_wrong_settings_are_named_at_once()
    {
        var ended = await ServiceProcess.RunToEndAsync(
            _folder, arguments: [], ("Database:Provider", "Oracle"), ("Database:Tiemout", "1"), ("Events:MaxRounds", "0"), ("RateLimiting:Burst", "-1"));
        AssertRefused(ended, "Database:Provider", "Sqlite, SqlServer or PostgreSql", "Database:Tiemout", "Events:MaxRounds", "RateLimiting:Burst");
    }

    [Theory]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task A_server_needs_a_connection_string(string provider)
    {
        var ended = await ServiceProcess.RunToEndAsync(_folder, arguments: [], ("Database:Provider", provider));
        AssertRefused(ended, "Database:ConnectionString");
    }

    [Fact]
    public async Task A_malformed_connection_string_is_named_and_not_quoted()
    {
        var ended = await ServiceProcess.RunToEndAsync(
            _folder, arguments: [], ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", "Host=localhost;Pasword=canary-7d1f"));
        AssertRefused(ended, "Database:ConnectionString");
        Assert.DoesNotContain(ended.Output.Concat(ended.Errors), line => line.Contains("canary-7d1f", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_stops_the_start()
    {
        // Port 1 is reserved and nothing listens on it.
        var ended = await ServiceProcess.RunToEndAsync(
            _folder,
            arguments: [],
            ("Database:Provider", "PostgreSql"),
            ("Database:ConnectionString", "Host=127.0.0.1;Port=1;Database=tasks;Username=tasks;Password=canary-5b2e"));
        AssertRefused(ended, "database", "127.0.0.1:1");
        Assert.DoesNotContain(ended.Output.Concat(ended.Errors), line => line.Contains("canary-5b2e", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_file_that_can_not_be_made_stops_the_start()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "data"), "not a folder", TestContext.Current.CancellationToken);
        AssertRefused(await ServiceProcess.RunToEndAsync(_folder, arguments: []), "database");
    }

    [Fact]
    public async Task An_address_that_is_taken_stops_the_start()
    {
        await using var first = await ServiceProcess.StartAsync(_folder);
        using var other = new TemporaryFolder();
        var ended = await ServiceProcess.RunToEndAsync(other, ["--urls", first.Address.ToString()]);
        AssertOneLine(ended, "Urls", first.Address.Authority);
    }

    [Fact]
    public async Task An_address_that_is_none_stops_the_start()
    {
        AssertOneLine(await ServiceProcess.RunToEndAsync(_folder, ["--urls", "nonsense"]), "Urls", "nonsense");
    }

    [Fact]
    public async Task Migrate_applies_the_migrations_and_ends_without_listening()
    {
        var ended = await ServiceProcess.RunToEndAsync(_folder, ["migrate"]);
        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);
        Assert.DoesNotContain(ended.Output, line => line.Contains("Now listening", StringComparison.Ordinal));

        await using var service = await ServiceProcess.StartAsync(_folder, ("Database:MigrateOnStart", "false"));
        Assert.Equal("Healthy", await service.Client.GetStringAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_its_migrations_the_service_does_not_start_and_says_how_to_apply_them()
    {
        var ended = await ServiceProcess.RunToEndAsync(_folder, arguments: [], ("Database:MigrateOnStart", "false"));
        AssertRefused(ended, "pending", "migrate", "Database:MigrateOnStart");
        Assert.False(File.Exists(_folder.DatabaseFile));
    }

    private static void AssertOneLine(Ended ended, params string[] words)
    {
        Assert.Equal(1, ended.ExitCode);
        var line = Assert.Single(ended.Errors);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.DoesNotContain(ended.Output, text => text.Contains("Now listening", StringComparison.Ordinal));
    }

    private static void AssertRefused(Ended ended, params string[] words)
    {
        AssertOneLine(ended, words);
        Assert.DoesNotContain(ended.Output, text => text.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> StatusAsync(ServiceProcess service, string? token)
    {
        using var client = service.ClientWith(token);
        using var answer = await client.GetAsync(new Uri("/api/v1/tasks", UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task AssertNoFileHoldsAsync(string secret)
    {
        var files = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
        }
    }
}

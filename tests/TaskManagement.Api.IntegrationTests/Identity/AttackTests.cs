using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Accounts;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;
using static TaskManagement.Api.IntegrationTests.Support.PeopleHost;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Who tries out passwords learns nothing, is slowed, and leaves a trace; and no secret is kept where it can be read.</summary>
public abstract class AttackTests(DatabaseKind database)
{
    private const string Wrong = "wrong horse battery";

    [Fact]
    public async Task Whoever_asks_is_answered_and_refused_no_sooner_than_it_would_take_for_anyone()
    {
        await using var host = await PeopleHost.StartAsync(database);
        var asked = Stopwatch.GetTimestamp();

        await host.Anyone.PostJsonAsync($"{AccountsUrl}/password-reset", $$"""{"email":"{{AddressOf("ann")}}"}""").ShouldBeAsync(HttpStatusCode.Accepted);
        var answered = Stopwatch.GetElapsedTime(asked);
        asked = Stopwatch.GetTimestamp();
        await host.Anyone.PostJsonAsync($"{AccountsUrl}/confirmation", """{"code":"none-that-was-ever-sent"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused");
        var refused = Stopwatch.GetElapsedTime(asked);

        // Timers are coarse, and may be a little early.
        Assert.InRange(answered, TimeSpan.FromMilliseconds(45), TimeSpan.MaxValue);
        Assert.InRange(refused, TimeSpan.FromMilliseconds(45), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same_and_one_hash_is_computed()
    {
        var counted = new CountedPasswords();
        await using var host = await PeopleHost.StartAsync(database, configure: counted.Decorate);
        await host.AddAsync("ann");
        await host.AddAsync("off");
        await host.AddAsync("totp");
        await host.Anyone.PostJsonAsync(AccountsUrl, $$"""{"email":"{{AddressOf("new")}}","displayName":"New","password":"{{Password}}"}""").ShouldBeAsync(HttpStatusCode.Accepted);
        var accounts = (await host.Service.GetAsync(AccountsUrl).ShouldBeAsync(HttpStatusCode.OK)).Items();
        var off = accounts.Single(account => account.Text("email") == AddressOf("off")).Id();
        await host.Service.PatchJsonAsync($"{AccountsUrl}/{off}", """{"disabled":true}""").ShouldBeAsync(HttpStatusCode.OK);
        using (var totp = await host.SignInAsync("totp"))
        {
            var key = await totp.PostJsonAsync($"{MeUrl}/totp").ShouldBeAsync(HttpStatusCode.OK);
            await totp.PostJsonAsync($"{MeUrl}/totp/confirmation", $$"""{"code":"{{OneTimePassword(key.Text("secret"))}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        }

        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, password, code) in new[]
                 {
                     ("ann", Wrong, null), ("no.one", Password, null), ("off", Password, null), ("new", Password, null), ("totp", Password, null), ("totp", Password, "000000 "),
                 })
        {
            var hashes = counted.Count;
            var problem = await host.TrySignInAsync(name, password, code).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
            Assert.Equal(1, counted.Count - hashes);
            problem["traceId"] = null;
            answers.Add(problem.ToJsonString());
        }

        Assert.Single(answers);
        foreach (var name in new[] { "ann", "stranger" })
        {
            var hashes = counted.Count;
            await host.Anyone.PostJsonAsync(AccountsUrl, $$"""{"email":"{{AddressOf(name)}}","displayName":"A","password":"{{Password}}"}""").ShouldBeAsync(HttpStatusCode.Accepted);
            Assert.Equal(1, counted.Count - hashes);
        }
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("no.one")]
    public async Task After_five_wrong_passwords_not_even_the_right_one_is_accepted_for_a_while_and_someone_is_told(string name)
    {
        var clock = new HeldClock();
        await using var host = await PeopleHost.StartAsync(database, configure: clock.CountAttempts);
        await host.AddAsync("ann");

        // All at once, which makes them no more.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => host.TrySignInAsync(name, Wrong).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed")));
        await host.TrySignInAsync(name).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");

        await Eventually.IsTrueAsync("an alert is raised", async () => (await AlertsAsync(host)).Any());
        var alert = Assert.Single(await AlertsAsync(host));
        Assert.StartsWith("user:", alert.Text("source"), StringComparison.Ordinal);
        if (name != "ann")
            return;
        clock.Now += TimeSpan.FromSeconds(1);
        await host.OpenSessionAsync(name);
        await host.TrySignInAsync(name, Wrong).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        // They were not in a row.
        await host.OpenSessionAsync(name);
    }

    [Fact]
    public async Task One_address_has_so_many_attempts_a_minute_whomever_they_are_at()
    {
        await using var host = await PeopleHost.StartAsync(
            database, settings: new(StringComparer.Ordinal) { ["Accounts:AttemptsPerMinutePerAddress"] = "3" });

        for (var number = 0; number < 3; number++)
            await host.TrySignInAsync($"person{number}").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        using var refused = await host.RefreshAsync("tmr_any");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        await host.Service.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_log_tells_in_order_what_was_tried_and_how_it_ended_and_no_secret_is_in_it_or_anywhere()
    {
        var lines = new ConcurrentQueue<string>();
        using var logger = new KeptLog(lines);
        await using var host = await PeopleHost.StartAsync(
            database,
            settings: new(StringComparer.Ordinal) { ["Logging:LogLevel:Default"] = "Debug", ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Debug" },
            configure: services => services.AddSingleton<ILoggerProvider>(logger));
        var secrets = new List<string> { Password, Wrong, "another horse battery", "third horse battery" };
        var problems = new List<JsonNode>();

        await host.Anyone.PostJsonAsync(AccountsUrl, $$"""{"email":"{{AddressOf("ann")}}","displayName":"Ann","password":"{{Password}}"}""").ShouldBeAsync(HttpStatusCode.Accepted);
        secrets.Add(await host.CodeMailedAsync("ann", "Confirm your address"));
        await host.Anyone.PostJsonAsync($"{AccountsUrl}/confirmation", $$"""{"code":"{{secrets[^1]}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);
        problems.Add(await host.Anyone.PostJsonAsync($"{AccountsUrl}/confirmation", $$"""{"code":"{{secrets[^1]}}"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused"));
        problems.Add(await host.TrySignInAsync("ann", Wrong).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed"));
        var first = await host.OpenSessionAsync("ann");
        var second = await host.RefreshAsync(first.Text("refreshToken")).ShouldBeAsync(HttpStatusCode.OK);
        foreach (var session in new[] { first, second })
            secrets.AddRange([session.Text("accessToken"), session.Text("refreshToken")]);
        using (var ann = host.Api.CreateClient(second.Text("accessToken")))
        {
            var key = await ann.PostJsonAsync($"{MeUrl}/totp").ShouldBeAsync(HttpStatusCode.OK);
            var codes = await ann.PostJsonAsync($"{MeUrl}/totp/confirmation", $$"""{"code":"{{OneTimePassword(key.Text("secret"))}}"}""").ShouldBeAsync(HttpStatusCode.OK);
            secrets.Add(key.Text("secret"));
            secrets.AddRange(codes["recoveryCodes"]!.AsArray().Select(code => (string)code!));
            await ann.SendAsync(HttpMethod.Delete, $"{MeUrl}/totp", $$"""{"password":"{{Password}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);
            var token = await ann.PostJsonAsync("/api/v1/tokens", AccountTests.TokenBody("script", "tasks:read")).ShouldBeAsync(HttpStatusCode.Created);
            secrets.Add(token.Text("token"));
            problems.Add(await ann.PostJsonAsync($"{MeUrl}/password", $$"""{"currentPassword":"{{Wrong}}","newPassword":"{{secrets[2]}}"}""").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.wrong_password"));
            await ann.PostJsonAsync($"{MeUrl}/password", $$"""{"currentPassword":"{{Password}}","newPassword":"{{secrets[2]}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);
        }

        problems.Add(await host.RefreshAsync(second.Text("refreshToken")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed"));
        await host.Anyone.PostJsonAsync($"{AccountsUrl}/password-reset", $$"""{"email":"{{AddressOf("ann")}}"}""").ShouldBeAsync(HttpStatusCode.Accepted);
        secrets.Add(await host.CodeMailedAsync("ann", "Set a new password"));
        await host.Anyone.PostJsonAsync($"{AccountsUrl}/password-reset/confirmation", $$"""{"code":"{{secrets[^1]}}","password":"{{secrets[3]}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);
        var third = await host.OpenSessionAsync("ann", secrets[3]);
        await host.RefreshAsync(third.Text("refreshToken")).ShouldBeAsync(HttpStatusCode.OK);
        problems.Add(await host.RefreshAsync(third.Text("refreshToken")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed"));
        var fourth = await host.OpenSessionAsync("ann", secrets[3]);
        using (var ann = host.Api.CreateClient(fourth.Text("accessToken")))
            await ann.SendAsync(HttpMethod.Delete, MeUrl, $$"""{"password":"{{secrets[3]}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);

        await Eventually.IsTrueAsync("the end is in the feed", async () => (await host.Service.FeedAsync("user.deleted")).Count == 1);
        var feed = await host.Service.FeedAsync();
        Assert.Equal(
            [
                "user.registration_attempted", "user.registration_succeeded",
                "user.confirmation_attempted", "user.confirmation_succeeded",
                "user.confirmation_attempted", "user.confirmation_failed code.refused",
                "session.sign_in_attempted", "session.sign_in_failed auth.failed",
                "session.sign_in_attempted", "session.sign_in_succeeded",
                "session.refresh_attempted", "session.refresh_succeeded",
                "user.totp_enabled", "user.totp_disabled",
                "token.issue_attempted", "token.issue_succeeded",
                "user.password_change_attempted", "user.password_change_failed auth.wrong_password",
                "user.password_change_attempted", "user.password_change_succeeded", "session.ended password_changed",
                "session.refresh_attempted", "session.refresh_failed auth.failed",
                "user.password_reset_requested", "user.password_reset_attempted", "user.password_reset_succeeded",
                "session.sign_in_attempted", "session.sign_in_succeeded",
                "session.refresh_attempted", "session.refresh_succeeded",
                "session.refresh_attempted", "session.refresh_failed token.reused", "session.ended token_reused",
                "session.sign_in_attempted", "session.sign_in_succeeded",
                "token.revoked", "user.deleted", "session.ended account_deleted",
            ],
            feed.Select(Told).Where(told => told.Split('.')[0] is "user" or "session" or "token"));

        // Passwords by name and not their hashes: Identity's are random, and no test could know them.
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(feed, item => item.ToJsonString().Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(problems, problem => problem.ToJsonString().Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(feed, item => item.ToJsonString().Contains("people.example", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("people.example", StringComparison.Ordinal));
        Assert.NotEmpty(lines);
    }

    private static string Told(JsonNode item)
    {
        var type = item.Text("type").Split('.');
        var detail = item["data"]!["code"] ?? item["data"]!["reason"];
        return $"{type[1]}.{type[2]}{(detail is null ? "" : " " + detail)}";
    }

    private static async Task<IEnumerable<JsonNode>> AlertsAsync(PeopleHost host) =>
        (await host.Service.GetAsync("/api/v1/alerts").ShouldBeAsync(HttpStatusCode.OK)).Items().Where(alert => alert.Text("code") == "auth.repeated_failures");

    /// <summary>Counts the hashes that are computed.</summary>
    private sealed class CountedPasswords : IPasswords
    {
        private IPasswords _inner = null!;
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Decorate(IServiceCollection services)
        {
            var registered = services.Single(service => service.ServiceType == typeof(IPasswords));
            services.Remove(registered);
            services.AddSingleton<IPasswords>(provider =>
            {
                _inner = (IPasswords)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!);
                return this;
            });
        }

        public string Hash(string password)
        {
            Interlocked.Increment(ref _count);
            return _inner.Hash(password);
        }

        public bool Verify(string? hash, string password)
        {
            Interlocked.Increment(ref _count);
            return _inner.Verify(hash, password);
        }
    }

    /// <summary>The time by which attempts are counted: it passes when the test says so.</summary>
    private sealed class HeldClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public void CountAttempts(IServiceCollection services)
        {
            var registered = services.Single(service => service.ServiceType == typeof(IPasswordAttempts));
            services.Remove(registered);
            services.AddScoped(provider => (IPasswordAttempts)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!, this));
        }
    }

    private sealed class KeptLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

public sealed class AttackTestsOnSqlite() : AttackTests(DatabaseKind.Sqlite);

public sealed class AttackTestsOnPostgreSql() : AttackTests(DatabaseKind.PostgreSql);

public sealed class AttackTestsOnSqlServer() : AttackTests(DatabaseKind.SqlServer);

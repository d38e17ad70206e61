using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;
using static TaskManagement.Api.IntegrationTests.Support.PeopleHost;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Accounts from registration on. Codes are taken from the mail, as people take them.</summary>
public abstract class AccountTests(DatabaseKind database)
{
    private const string Confirm = "Confirm your address";
    private const string PreferencesUrl = "/api/v1/me/notification-preferences";
    private const string NewPassword = "another horse battery";

    [Fact]
    public async Task Who_registers_confirms_the_address_and_signs_in()
    {
        await using var host = await PeopleHost.StartAsync(database);

        await RegisterAsync(host.Anyone, "ann").ShouldBeAsync(HttpStatusCode.Accepted);
        await host.TrySignInAsync("ann").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        var code = await host.CodeMailedAsync("ann", Confirm);
        await ConfirmAsync(host, code).ShouldBeAsync(HttpStatusCode.NoContent);
        await ConfirmAsync(host, code).ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused");
        using var ann = await host.SignInAsync("ann");
        var me = await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK);
        var task = await ann.CreateTaskAsync();

        Assert.Equal(("ann", AddressOf("ann"), true, false), (me.Text("displayName"), me.Text("email"), (bool)me["emailConfirmed"]!, (bool)me["administrator"]!));
        Assert.Equal($"user:{me.Id()}", task.Text("createdBy"));
        await host.MailsToAsync("ann", "Welcome");
    }

    [Fact]
    public async Task Another_code_is_mailed_on_request_to_who_has_an_account_to_confirm_and_everyone_is_told_the_same()
    {
        await using var host = await PeopleHost.StartAsync(database);
        await RegisterAsync(host.Anyone, "ann").ShouldBeAsync(HttpStatusCode.Accepted);
        await host.CodeMailedAsync("ann", Confirm);

        var known = await PostAsync(host.Anyone, "/confirmation/mail", ("email", AddressOf("ann"))).ShouldBeAsync(HttpStatusCode.Accepted);
        var unknown = await PostAsync(host.Anyone, "/confirmation/mail", ("email", AddressOf("no.one"))).ShouldBeAsync(HttpStatusCode.Accepted);

        Assert.Equal(known.ToJsonString(), unknown.ToJsonString());
        Assert.Equal(2, (await host.MailsToAsync("ann", Confirm, count: 2)).Count);
        await ConfirmAsync(host, await host.CodeMailedAsync("ann", Confirm, count: 2)).ShouldBeAsync(HttpStatusCode.NoContent);
        Assert.Empty(host.MailsTo("no.one", Confirm));
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_answered_like_any_other_and_its_owner_gets_a_mail()
    {
        await using var host = await PeopleHost.StartAsync(database);
        await host.AddAsync("ann");

        var known = await RegisterAsync(host.Anyone, "Ann").ShouldBeAsync(HttpStatusCode.Accepted);
        var unknown = await RegisterAsync(host.Anyone, "bob").ShouldBeAsync(HttpStatusCode.Accepted);

        Assert.Equal(known.ToJsonString(), unknown.ToJsonString());
        await host.MailsToAsync("ann", "You have an account already");
        await RegisterAsync(host.Service, "ann").ShouldBeProblemAsync(HttpStatusCode.Conflict, "account.already_exists");
    }

    [Fact]
    public async Task An_invitation_admits_the_address_that_it_went_to_once()
    {
        await using var host = await PeopleHost.StartAsync(database, "Invitation");
        using var administrator = await host.EnterAsync("root", administrator: true);
        await RegisterAsync(host.Anyone, "ann").ShouldBeProblemAsync(HttpStatusCode.Conflict, "registration.by_invitation");

        await administrator.PostJsonAsync($"{AccountsUrl}/invitations", $$"""{"email":"{{AddressOf("ann")}}","administrator":true}""").ShouldBeAsync(HttpStatusCode.Created);
        var code = await host.CodeMailedAsync("ann", "Your invitation");
        await RegisterAsync(host.Anyone, "eve", code).ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused");
        await RegisterAsync(host.Anyone, "ann", code).ShouldBeAsync(HttpStatusCode.Accepted);
        await RegisterAsync(host.Anyone, "ann", code).ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused");
        using var ann = await host.SignInAsync("ann");

        var accounts = await ann.GetAsync(AccountsUrl).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal([AddressOf("root"), AddressOf("ann")], accounts.Items().Select(account => account.Text("email")));
    }

    [Fact]
    public async Task Where_registration_is_closed_administrators_make_the_accounts()
    {
        await using var host = await PeopleHost.StartAsync(database, "Closed");

        await RegisterAsync(host.Anyone, "ann").ShouldBeProblemAsync(HttpStatusCode.Conflict, "registration.closed");
        using var administrator = await host.EnterAsync("root", administrator: true);
        await RegisterAsync(administrator, "ann").ShouldBeAsync(HttpStatusCode.Created);

        using var ann = await host.SignInAsync("ann");
        await ann.GetAsync(AccountsUrl).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_scope");
        await RegisterAsync(ann, "bob").ShouldBeProblemAsync(HttpStatusCode.Conflict, "registration.closed");
    }

    [Theory]
    [InlineData("role", "\"admin\"")]
    [InlineData("ownerId", "\"0198f5e4-0000-7aaa-8bbb-000000000001\"")]
    [InlineData("version", "7")]
    [InlineData("emailConfirmed", "true")]
    [InlineData("id", "\"0198f5e4-0000-7aaa-8bbb-000000000001\"")]
    public async Task What_is_no_ones_to_set_is_refused_by_name(string member, string value)
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");

        foreach (var (method, url) in new[] { (HttpMethod.Post, AccountsUrl), (HttpMethod.Patch, MeUrl), (HttpMethod.Post, $"{MeUrl}/password") })
        {
            var problem = await ann.SendAsync(method, url, $$"""{"{{member}}":{{value}}}""").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
            Assert.Equal("/" + member, Assert.Single(problem["errors"]!.AsArray())!.Text("pointer"));
        }
    }

    [Fact]
    public async Task No_one_makes_themselves_an_administrator()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");

        var refused = await ann.PatchJsonAsync(MeUrl, """{"administrator":true}""").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        Assert.Equal(("/administrator", "member.read_only"), (refused["errors"]![0]!.Text("pointer"), refused["errors"]![0]!.Text("code")));
        foreach (var client in new[] { ann, host.Anyone })
        {
            var problem = await client.PostJsonAsync(
                AccountsUrl, $$"""{"email":"{{AddressOf("eve")}}","displayName":"Eve","password":"{{Password}}","administrator":true}""")
                .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
            Assert.Equal("/administrator", problem["errors"]![0]!.Text("pointer"));
        }
    }

    [Theory]
    [InlineData("""{"email":"ann","displayName":"Ann","password":"correct horse battery"}""", "/email", "email.malformed")]
    [InlineData("""{"email":"a b@c.example","displayName":"Ann","password":"correct horse battery"}""", "/email", "email.malformed")]
    [InlineData("""{"email":"ann@c.example\r\nBcc: all@c.example","displayName":"Ann","password":"correct horse battery"}""", "/email", "email.control_character")]
    [InlineData("""{"email":"ann@c.example","displayName":"","password":"correct horse battery"}""", "/displayName", "display_name.required")]
    [InlineData("""{"email":"ann@c.example","displayName":"Ann","password":"short"}""", "/password", "password.too_short")]
    [InlineData("""{"email":"ann@c.example","displayName":"Ann","password":null}""", "/password", "password.too_short")]
    public async Task What_no_account_may_be_is_refused(string body, string pointer, string code)
    {
        await using var host = await PeopleHost.StartAsync(database);

        var problem = await host.Anyone.PostJsonAsync(AccountsUrl, body).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        var error = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal((pointer, code), (error.Text("pointer"), error.Text("code")));
    }

    [Fact]
    public async Task A_code_by_mail_sets_a_new_password_once_and_ends_all_sessions()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");

        var known = await PostAsync(host.Anyone, "/password-reset", ("email", AddressOf("ann"))).ShouldBeAsync(HttpStatusCode.Accepted);
        var unknown = await PostAsync(host.Anyone, "/password-reset", ("email", AddressOf("no.one"))).ShouldBeAsync(HttpStatusCode.Accepted);
        var code = await host.CodeMailedAsync("ann", "Set a new password");
        await PostAsync(host.Anyone, "/password-reset/confirmation", ("code", code), ("password", NewPassword)).ShouldBeAsync(HttpStatusCode.NoContent);
        await PostAsync(host.Anyone, "/password-reset/confirmation", ("code", code), ("password", NewPassword)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused");

        Assert.Equal(known.ToJsonString(), unknown.ToJsonString());
        await ann.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await host.TrySignInAsync("ann").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        (await host.SignInAsync("ann", NewPassword)).Dispose();
        await host.MailsToAsync("ann", "Your password was changed");
    }

    [Fact]
    public async Task Who_knows_the_password_changes_it_and_all_sessions_end()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");
        using var elsewhere = await host.SignInAsync("ann");

        await ChangePasswordAsync(ann, "wrong horse battery").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.wrong_password");
        await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK);
        await ChangePasswordAsync(ann, Password).ShouldBeAsync(HttpStatusCode.NoContent);

        foreach (var client in new[] { ann, elsewhere })
            await client.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        (await host.SignInAsync("ann", NewPassword)).Dispose();
        await host.MailsToAsync("ann", "Your password was changed");
    }

    [Fact]
    public async Task Of_password_changes_at_once_one_succeeds()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(async number =>
        {
            using var answer = await ChangePasswordAsync(ann, Password, $"{NewPassword} {number}");
            return answer.StatusCode;
        }));

        Assert.Single(answers, HttpStatusCode.NoContent);
        var right = new List<int>();
        for (var number = 0; number < 3; number++)
        {
            using var answer = await host.TrySignInAsync("ann", $"{NewPassword} {number}");
            if (answer.StatusCode == HttpStatusCode.Created)
                right.Add(number);
        }

        Assert.Equal([Array.IndexOf(answers, HttpStatusCode.NoContent)], right);
    }

    [Fact]
    public async Task Of_registrations_of_one_address_at_once_one_makes_an_account()
    {
        await using var host = await PeopleHost.StartAsync(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RegisterAsync(host.Anyone, "ann").ShouldBeAsync(HttpStatusCode.Accepted)));

        Assert.Single(answers.Select(answer => answer.ToJsonString()).Distinct(StringComparer.Ordinal));
        Assert.Single((await host.Service.GetAsync(AccountsUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
        await host.MailsToAsync("ann", "You have an account already", count: 3);
        Assert.Single(host.MailsTo("ann", Confirm));
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData("assigned, mentioned", true, false)]
    [InlineData("none", false, false)]
    public async Task What_new_people_are_mailed_is_for_the_installation_to_say_until_they_say_it_themselves(string? atFirst, bool mentioned, bool completed)
    {
        await using var host = await PeopleHost.StartAsync(database, settings: new(StringComparer.Ordinal) { ["Accounts:MailAtFirst"] = atFirst });
        using var ann = await host.EnterAsync("ann");

        var preferences = await ann.GetAsync(PreferencesUrl).ShouldBeAsync(HttpStatusCode.OK);
        var changed = await ann.PatchJsonAsync(PreferencesUrl, """{"completed":null}""").ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal((mentioned, completed), ((bool)preferences["mentioned"]!["mail"]!, (bool)preferences["completed"]!["mail"]!));
        Assert.All(preferences.AsObject(), kind => Assert.True((bool)kind.Value!["inbox"]!));
        Assert.True((bool)changed["completed"]!["mail"]!);
    }

    [Fact]
    public async Task Another_address_is_in_force_when_it_is_confirmed()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");
        await host.AddAsync("bob");

        var before = await ann.PatchJsonAsync(MeUrl, $$"""{"displayName":"Ann B.","email":"{{AddressOf("ann.b")}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        await ConfirmAsync(host, await host.CodeMailedAsync("ann.b", Confirm)).ShouldBeAsync(HttpStatusCode.NoContent);
        var after = await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK);
        await ann.PatchJsonAsync(MeUrl, $$"""{"email":"{{AddressOf("bob")}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        await ConfirmAsync(host, await host.CodeMailedAsync("bob", Confirm)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused");

        Assert.Equal(("Ann B.", AddressOf("ann")), (before.Text("displayName"), before.Text("email")));
        Assert.Equal(AddressOf("ann.b"), after.Text("email"));
        (await host.SignInAsync("ann.b")).Dispose();
        await host.TrySignInAsync("ann").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task One_time_passwords_are_asked_for_when_the_first_is_confirmed_and_recovery_codes_stand_in_once()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");

        var key = await ann.PostJsonAsync($"{MeUrl}/totp").ShouldBeAsync(HttpStatusCode.OK);
        (await host.SignInAsync("ann")).Dispose();
        await ann.PostJsonAsync($"{MeUrl}/totp/confirmation", """{"code":"nonsense"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "code.refused");
        var recovery = await ann.PostJsonAsync($"{MeUrl}/totp/confirmation", $$"""{"code":"{{OneTimePassword(key.Text("secret"))}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        var code = (string)recovery["recoveryCodes"]![0]!;

        Assert.Contains(key.Text("secret"), key.Text("uri"), StringComparison.Ordinal);
        Assert.Equal(10, recovery["recoveryCodes"]!.AsArray().Count);
        foreach (var wrong in new[] { null, "nonsense" })
            await host.TrySignInAsync("ann", Password, wrong).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        var password = OneTimePassword(key.Text("secret"));
        await host.OpenSessionAsync("ann", Password, password);
        await host.TrySignInAsync("ann", Password, password).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        await host.OpenSessionAsync("ann", Password, code);
        await host.TrySignInAsync("ann", Password, code).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");

        await ann.SendAsync(HttpMethod.Delete, $"{MeUrl}/totp", """{"password":"wrong horse battery"}""").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.wrong_password");
        await ann.SendAsync(HttpMethod.Delete, $"{MeUrl}/totp", $$"""{"password":"{{Password}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);
        (await host.SignInAsync("ann")).Dispose();
    }

    [Fact]
    public async Task A_program_has_no_account()
    {
        await using var host = await PeopleHost.StartAsync(database);

        await host.Service.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_person");
        await host.Service.DeleteAsync($"{SessionsUrl}/current").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_session");
    }

    internal static string TokenBody(string name, params string[] scopes) => new JsonObject
    {
        ["name"] = name,
        ["scopes"] = new JsonArray([.. scopes.Select(scope => (JsonNode)scope)]),
        ["expiresAt"] = TimeProvider.System.GetUtcNow().AddDays(1).ToString("O", CultureInfo.InvariantCulture),
    }.ToJsonString();

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient client, string name, string? invitation = null) =>
        PostAsync(client, "", ("email", AddressOf(name)), ("displayName", name), ("password", Password), ("invitation", invitation));

    private static Task<HttpResponseMessage> ConfirmAsync(PeopleHost host, string code) => PostAsync(host.Anyone, "/confirmation", ("code", code));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, params (string Name, string? Value)[] members) => client.PostJsonAsync(
        AccountsUrl + path, new JsonObject(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value))).ToJsonString());

    private static Task<HttpResponseMessage> ChangePasswordAsync(HttpClient client, string current, string changed = NewPassword) =>
        client.PostJsonAsync($"{MeUrl}/password", $$"""{"currentPassword":"{{current}}","newPassword":"{{changed}}"}""");
}

public sealed class AccountTestsOnSqlite() : AccountTests(DatabaseKind.Sqlite);

public sealed class AccountTestsOnPostgreSql() : AccountTests(DatabaseKind.PostgreSql);

public sealed class AccountTestsOnSqlServer() : AccountTests(DatabaseKind.SqlServer);

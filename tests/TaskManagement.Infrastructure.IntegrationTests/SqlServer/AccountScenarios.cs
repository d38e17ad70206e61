using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Accounts.Reactions;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Infrastructure.Identity;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What accounts and sessions do with the database.</summary>
internal static class AccountScenarios
{
    private const string Email = "ann@people.example";
    private const string Password = "correct horse battery";
    private static readonly Guid Person = new("00000003-0000-0000-0000-000000000001");
    private static readonly DateTimeOffset Later = TimeProvider.System.GetUtcNow().AddDays(1);
    private static readonly Lazy<string> PasswordHash = new(() => new Passwords().Hash(Password));

    private static CannedRows Given => new CannedRows()
        .With("accounts", "id", Person)
        .With("accounts", "email", Email)
        .With("accounts", "password_hash", PasswordHash.Value)
        .With("accounts", "email_confirmed", true)
        .With("accounts", "concurrency_stamp", "stamp")
        .With("accounts", "security_stamp", "stamp")
        .With("one_time_codes", "account_id", Person)
        .With("one_time_codes", "purpose", nameof(CodePurpose.Confirmation))
        .With("one_time_codes", "expires_at", Later)
        .With("sessions", "account_id", Person)
        .With("sessions", "expires_at", Later)
        .With("sessions", "access_expires_at", Later)
        .With("refresh_tokens", "expires_at", Later)
        .With("access_tokens", "scopes", "admin")
        .With("access_tokens", "owner", Person)
        .With("access_tokens", "expires_at", Later)
        .With("team_members", "role", "editor")
        .With("team_members", "user_id", Person)
        .Rows("account_tokens", 0);

    private static CannedRows Of(CodePurpose purpose) => Given.With("one_time_codes", "purpose", purpose.ToString());

    public static IEnumerable<Scenario> All() => [.. Anyone(), .. Sessions(), .. Oneself(), .. Administrators(), .. Beside()];

    private static IEnumerable<Scenario> Anyone()
    {
        var nobody = Given.Rows("accounts", 0);
        yield return Command("a new address", new RegisterAccount(Email, "Ann", Password), nobody);
        yield return Command("a known address", new AddAccount(Person, Email, "Ann", "hash", null, Administrator: false, ByAdministrator: false));
        yield return Command("by invitation", new AddAccount(Person, Email, "Ann", "hash", [1], Administrator: false, ByAdministrator: false),
            Of(CodePurpose.Invitation).With("one_time_codes", "email", Email).Rows("accounts", 0));
        yield return Command("confirm", new ConfirmEmail("tmc_code"));
        yield return Command("confirm another", new ConfirmEmail("tmc_code"), Of(CodePurpose.EmailChange).With("one_time_codes", "email", "other@people.example"));
        yield return Command("of an account", new RequestConfirmation(Email));
        yield return Command("of an account", new RequestPasswordReset(Email));
        yield return Steps("by code", new ResetPassword("tmc_code", Password), Of(CodePurpose.PasswordReset));
        yield return Steps("by hash", new SetPassword([1], "hash"), Of(CodePurpose.PasswordReset));
    }

    private static IEnumerable<Scenario> Sessions()
    {
        yield return Steps("with a password", new SignIn(Email, Password));
        yield return Steps("checked", new OpenSession(Guid.CreateVersion7(), Person, Email, IsProven: true, Code: null));
        yield return Steps("with a recovery code", new OpenSession(Guid.CreateVersion7(), Person, Email, IsProven: true, Code: "code"),
            Given.Rows("account_tokens", 1).With("account_tokens", "value", Convert.ToHexStringLower(AccessTokens.Hash("code"))));
        yield return Command("of an account", new RefuseSignIns(Person, 5, Later));
        yield return Steps("go on", new RefreshSession("tmr_token"));
        yield return Command("one", new SignOut());
        yield return Command("one", new EndSession(new(Person)));
        yield return Query("all", new ListMySessions(1), Given.Rows("sessions", 2));
    }

    private static IEnumerable<Scenario> Oneself()
    {
        yield return Query("one", new GetMe());
        yield return Command("name and address", new ChangeMe(new() { DisplayName = new("Ann"), Email = new("other@people.example") }));
        yield return Steps("with the old one", new ChangePassword(Password, Password));
        yield return Steps("checked", new ReplacePassword(PasswordHash.Value, "hash"));
        yield return Query("a key", new SetUpTotp());
        yield return Command("no right password", new EnableTotp("000000 "));
        yield return Steps("with the password", new DisableTotp(Password), Given.With("accounts", "two_factor_enabled", true).Rows("account_tokens", 1));
        yield return Steps("checked", new RemoveTotp(), Given.With("accounts", "two_factor_enabled", true).Rows("account_tokens", 1));
        yield return Query("everything", new ExportMe());
        yield return Steps("with the password", new DeleteMe(Password));
        yield return Steps("checked", new EraseAccount());
    }

    private static IEnumerable<Scenario> Administrators()
    {
        yield return Command("someone", new InviteAccount(Email));
        yield return Query("all", new ListAccounts(1), Given.Rows("accounts", 2));
        yield return Query("one", new GetAccount(new(Person)));
        yield return Command("disable", new ChangeAccount(new(Person), new() { Administrator = new(true), Disabled = new(true) }));
    }

    private static IEnumerable<Scenario> Beside()
    {
        yield return new("Find a session",
            async services => Assert.NotNull(await services.GetRequiredService<IAccessTokens>().AuthenticateAsync("tms_token", default)),
            Given.With("sessions", "access_hash", AccessTokens.Hash("tms_token")));
        yield return new("Find a person's token",
            async services => Assert.NotNull(await services.GetRequiredService<IAccessTokens>().AuthenticateAsync("tm_token", default)),
            Given.With("access_tokens", "hash", AccessTokens.Hash("tm_token")), AppendsEvents: true);
        yield return Command("accepted", new RecordTokenUse(TokenId.New(), null));
        yield return Command("refused", new RecordTokenUse(TokenId.New(), "token.expired"));
        yield return new("Find a token that is refused",
            async services => Assert.Null(await services.GetRequiredService<IAccessTokens>().AuthenticateAsync("tm_revoked", default)),
            Given.With("access_tokens", "hash", AccessTokens.Hash("tm_revoked")).With("access_tokens", "revoked_at", CannedRows.Time), AppendsEvents: true);
        yield return new("Count the first attempt", services => services.GetRequiredService<IPasswordAttempts>().BeginAsync(Email, default), Given.Rows("password_attempts", 0));
        yield return new("Count a further attempt", services => services.GetRequiredService<IPasswordAttempts>().BeginAsync(Email, default), Given);
        yield return new("Mail a code", MailCodeAsync, Given);
        yield return new("Delete what people have left behind", services => services.GetRequiredService<IdentityCleanup>().CleanAsync(default), Given);
    }

    private static Scenario Command(string name, object request, CannedRows? given = null) => Query(name, request, given) with { AppendsEvents = true };

    /// <summary>A command that changes rows by conditions before it saves, or counts an attempt before it begins.</summary>
    private static Scenario Steps(string name, object request, CannedRows? given = null) => Command(name, request, given) with { WritesInSteps = true };

    private static Scenario Query(string name, object request, CannedRows? given = null) =>
        new($"{request.GetType().Name}: {name}", services => SendAsync(services, request), given ?? Given, request);

    private static async Task SendAsync(IServiceProvider services, object request)
    {
        try
        {
            var answer = await services.GetRequiredService<ISender>().Send(request);
            if (answer is MyDataDto data)
                Assert.Empty((await data.CreatedTaskIds.ToListAsync()).Except(await data.AssignedTaskIds.ToListAsync()));
            else if ((request, answer) is (ListMySessions list, Application.Common.Paging.Page<SessionDto> { NextCursor: { } cursor }))
                await services.GetRequiredService<ISender>().Send(list with { Cursor = cursor });
            else if ((request, answer) is (ListAccounts all, Application.Common.Paging.Page<AccountDto> { NextCursor: { } next }))
                await services.GetRequiredService<ISender>().Send(all with { Cursor = next });
        }
        catch (CodeRefusedException) when (request is EnableTotp)
        {
            // Which one-time password is right depends on the time.
        }
    }

    private static async Task MailCodeAsync(IServiceProvider services)
    {
        var logged = new LoggedEvent(Guid.CreateVersion7(), "user", Person, 1, "user.invited", 1, "{}", "system:tests", "tests", Guid.Empty, null, 0, CannedRows.Time, 1);
        await services.GetRequiredService<MailInvitation>()
            .Handle(new(new UserInvited(Person, IsAdministrator: false, Later), logged, new("mail-invitation", 1, IsReplay: false)), default);
    }
}

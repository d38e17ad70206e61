using TaskManagement.Domain.Identity;

namespace TaskManagement.Domain.UnitTests;

public sealed class ScopeTests
{
    [Theory]
    [InlineData("tasks:write", "tasks:read", true)]
    [InlineData("projects:admin", "tasks:read", true)]
    [InlineData("tasks:read", "tasks:write", false)]
    [InlineData("projects:admin", "tasks:write", false)]
    [InlineData("webhooks", "tasks:read", false)]
    [InlineData("events:read", "tasks:read", false)]
    [InlineData("tasks:read tasks:write projects:admin webhooks events:read", "admin", false)]
    [InlineData("admin", "tasks:read tasks:write projects:admin webhooks events:read admin", true)]
    [InlineData("", "tasks:read", false)]
    public void What_includes_what(string has, string needs, bool includes) =>
        Assert.Equal(includes, ScopeWords.ParseAll(has).Include(ScopeWords.ParseAll(needs)));

    [Fact]
    public void Each_scope_has_one_word()
    {
        var values = Enum.GetValues<Scopes>().Where(scope => scope != Scopes.None).ToList();

        // No token is issued for one of them.
        Assert.Equal(values.Count - 1, ScopeWords.All.Count);
        Assert.All(values, scope => Assert.Equal(scope, ScopeWords.ParseAll(ScopeWords.Format(scope))));
        Assert.Null(ScopeWords.Parse("tasks:delete"));
    }

    [Fact]
    public void A_session_is_good_for_ones_own_account_and_a_token_can_not_be_issued_for_it()
    {
        Assert.DoesNotContain("account", ScopeWords.All);
        Assert.True(ScopeWords.OfSession(isAdministrator: false).Include(Scopes.Account | Scopes.TasksWrite | Scopes.Webhooks));
        Assert.False(ScopeWords.OfSession(isAdministrator: false).Include(Scopes.Admin));
        Assert.True(ScopeWords.OfSession(isAdministrator: true).Include(Scopes.Account | Scopes.Admin));
    }
}

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

        Assert.Equal(values.Count, ScopeWords.All.Count);
        Assert.All(values, scope => Assert.Equal(scope, ScopeWords.ParseAll(ScopeWords.Format(scope))));
        Assert.Null(ScopeWords.Parse("tasks:delete"));
    }

    [Fact]
    public void A_token_expires_at_a_millisecond_in_UTC()
    {
        var at = new DateTimeOffset(2026, 3, 5, 1, 2, 3, 4, TimeSpan.FromHours(2)).AddTicks(5_678);

        var token = AccessToken.Issue(TokenId.New(), "build", new byte[32], Scopes.TasksRead, at, The.Stamp);

        Assert.True(token.ExpiresAt!.Value.EqualsExact(new(2026, 3, 4, 23, 2, 3, 4, TimeSpan.Zero)));
    }

    [Fact]
    public void A_token_is_good_until_it_expires_or_is_revoked()
    {
        var token = AccessToken.Issue(TokenId.New(), " build ", new byte[32], Scopes.TasksRead, The.Stamp.At.AddHours(1), The.Stamp);

        Assert.Equal("build", token.Name);
        Assert.True(token.IsValidAt(The.Stamp.At));
        Assert.False(token.IsValidAt(The.Stamp.At.AddHours(1)));
        Assert.True(token.Revoke(The.Stamp.At));
        Assert.False(token.Revoke(The.Stamp.At));
        Assert.False(token.IsValidAt(The.Stamp.At));
    }
}

using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Domain.UnitTests;

public sealed class AccessTokenTests
{
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
        token.Revoke(The.Stamp.At);
        token.Revoke(The.Stamp.At.AddMinutes(1));
        Assert.Equal(The.Stamp.At, token.RevokedAt);
        Assert.False(token.IsValidAt(The.Stamp.At));
    }

    [Fact]
    public void The_first_token_does_not_expire_and_can_not_be_revoked()
    {
        var token = AccessToken.OfAdministrator(TokenId.New(), new byte[32], The.Stamp);

        Assert.Equal("token.indispensable", Assert.Throws<DomainException>(() => token.Revoke(The.Stamp.At)).Code);
        Assert.True(token.IsValidAt(The.Stamp.At.AddYears(100)));
    }
}

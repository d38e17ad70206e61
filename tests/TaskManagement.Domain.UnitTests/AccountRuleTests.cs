using TaskManagement.Domain.Identity;

namespace TaskManagement.Domain.UnitTests;

public sealed class AccountRuleTests
{
    [Theory]
    [InlineData("ann@example.org")]
    [InlineData(" ann.b+tasks@mail.example.org ")]
    [InlineData("ünal@bücher.example")]
    [InlineData("root@localhost")]
    public void An_address_is_a_local_part_and_a_domain(string email) => Assert.Null(AccountRules.CheckEmail(email));

    [Theory]
    [InlineData("ann")]
    [InlineData("@example.org")]
    [InlineData("ann@")]
    [InlineData("ann@b@example.org")]
    [InlineData("ann b@example.org")]
    [InlineData("ann..b@example.org")]
    [InlineData("ann@example..org")]
    [InlineData("<ann@example.org>")]
    [InlineData("ann@example.org,bob@example.org")]
    [InlineData("\"ann\"@example.org")]
    [InlineData("ann@[192.0.2.1]")]
    public void What_is_no_address_is_refused(string email) => Assert.Equal("email.malformed", AccountRules.CheckEmail(email)?.Code);

    [Theory]
    [InlineData(null, "email.required")]
    [InlineData("ann@example.org\r\nBcc: bob@example.org", "email.control_character")]
    public void An_address_is_one_line_of_text(string? email, string code) => Assert.Equal(code, AccountRules.CheckEmail(email)?.Code);

    [Theory]
    [InlineData(null, "password.too_short")]
    [InlineData("eleven char", "password.too_short")]
    [InlineData("twelve chars", null)]
    public void A_password_is_long(string? password, string? code) => Assert.Equal(code, AccountRules.CheckPassword(password)?.Code);

    [Fact]
    public void A_password_is_not_endless() =>
        Assert.Equal("password.too_long", AccountRules.CheckPassword(new string('a', AccountRules.MaxPasswordLength + 1))?.Code);
}

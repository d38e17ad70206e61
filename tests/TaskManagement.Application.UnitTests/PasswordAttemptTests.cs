using TaskManagement.Application.Accounts;

namespace TaskManagement.Application.UnitTests;

public sealed class PasswordAttemptTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(7, 4)]
    [InlineData(14, 512)]
    [InlineData(15, 900)]
    [InlineData(int.MaxValue, 900)]
    public void After_the_fifth_failure_in_a_row_each_wait_is_twice_the_one_before_up_to_15_minutes(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), PasswordAttempt.RefusalAfter(failures));
}

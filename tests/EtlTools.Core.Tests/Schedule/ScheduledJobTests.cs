using EtlTools.Core.Errors;
using EtlTools.Core.Schedule;
using Xunit;

namespace EtlTools.Core.Tests.Schedule;

public sealed class ScheduledJobTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("../x")]
    [InlineData("a@b")]
    [InlineData("a%b")]
    [InlineData("明细")]
    [InlineData("a\n")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void A_name_that_some_scheduler_would_not_take_is_refused(string name)
    {
        Assert.Contains("is not a name for a schedule", Assert.Throws<ConfigurationException>(() => Jobs.Plain(name: name)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => ScheduledJob.EnsureName(name));
    }

    [Theory]
    [InlineData("Host=h;Password=pl4nted")]
    [InlineData("postgres://u:pl4nted@h/d")]
    [InlineData("POSTGRES_PASSWORD=pl4nted")]
    [InlineData("SNOWFLAKE_TOKEN: pl4nted")]
    [InlineData("eyJhbGciOiJ.eyJzdWIiOiIx.pl4nted")]
    public void A_secret_on_the_command_line_is_refused_and_not_repeated(string argument)
    {
        var refused = Assert.Throws<ConfigurationException>(() => ScheduledJob.Create("x", ScheduleInterval.Parse("1h"), ["/usr/bin/etl", argument], "/srv"));

        Assert.Contains("holds a secret", refused.Message, StringComparison.Ordinal);
        Assert.Contains(".env", refused.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("pl4nted", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_listed_at_once()
    {
        var refused = Assert.Throws<ConfigurationException>(() => ScheduledJob.Create("a b", ScheduleInterval.Parse("1h"), ["etl", "two\nlines", "n\0l"], "here", "log"));

        Assert.Equal(6, refused.Problems.Count);
    }
}

using EtlTools.Core.Config;
using EtlTools.Core.Telemetry;
using Xunit;

namespace EtlTools.Core.Tests.Telemetry;

public sealed class SecretScrubberTests
{
    [Theory]
    [InlineData("p@ss \"word\"/é")]
    [InlineData("simple-secret")]
    public void Known_secrets_go_in_every_form_in_which_they_travel(string secret)
    {
        var scrubber = new SecretScrubber();
        scrubber.Add(secret);

        foreach (var form in new[] { secret, Uri.EscapeDataString(secret), System.Text.Json.JsonSerializer.Serialize(secret)[1..^1] })
            Assert.Equal("before *** after", scrubber.Scrub($"before {form} after"));
    }

    [Fact]
    public void A_secret_that_holds_another_goes_whole()
    {
        var scrubber = new SecretScrubber();
        scrubber.Add("abcd");
        scrubber.Add("abcd-efgh");

        Assert.Equal("x *** y ***", scrubber.Scrub("x abcd-efgh y abcd"));
    }

    [Theory]
    [InlineData("Host=h;Password=hunter22;Database=d", "Host=h;Password=***;Database=d")]
    [InlineData("PWD='two words';x", "PWD=***;x")]
    [InlineData("{\"token\": \"abc.def\", \"n\": 1}", "{\"token\": ***, \"n\": 1}")]
    [InlineData("postgres://etl:hunter22@db:5432/x", "postgres://etl:***@db:5432/x")]
    [InlineData("Authorization: Bearer abcdefghijkl", "Authorization: Bearer ***")]
    [InlineData("key sk_live_1234567890abcdef used", "key *** used")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "***")]
    [InlineData("SNOWFLAKE_PASSWORD = ***", "SNOWFLAKE_PASSWORD = ***")]
    [InlineData("column noti_text of row NT-000000123 is too long", "column noti_text of row NT-000000123 is too long")]
    public void What_looks_like_a_secret_goes_and_the_rest_stays(string text, string expected) =>
        Assert.Equal(expected, new SecretScrubber().Scrub(text));

    [Fact]
    public void Knows_the_secrets_of_the_settings()
    {
        var scrubber = SecretScrubber.For(new EtlSettings
        {
            Snowflake = new SnowflakeSettings { Account = "a", Password = "snow-pass", Token = "snow-token", PrivateKeyPassphrase = "snow-phrase" },
            Postgres = new PostgresSettings { ConnectionString = "Host=h;Username=u;Password=pg-pass" },
        });

        Assert.Equal("*** *** *** ***", scrubber.Scrub("snow-pass snow-token snow-phrase pg-pass"));
    }
}

using EtlTools.Core.Config;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class SnowflakeSignInRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly SnowflakeSettings s_base = new() { Account = "org-acc" };

    [Theory]
    [InlineData(SnowflakeAuthenticator.Password, "SNOWFLAKE_USER", "SNOWFLAKE_PASSWORD")]
    [InlineData(SnowflakeAuthenticator.ExternalBrowser, "SNOWFLAKE_USER")]
    [InlineData(SnowflakeAuthenticator.OAuth, "SNOWFLAKE_TOKEN (or SNOWFLAKE_TOKEN_FILE)")]
    [InlineData(SnowflakeAuthenticator.KeyPair, "SNOWFLAKE_USER", "SNOWFLAKE_PRIVATE_KEY_FILE")]
    [InlineData(SnowflakeAuthenticator.ProgrammaticAccessToken, "SNOWFLAKE_USER", "SNOWFLAKE_TOKEN (or SNOWFLAKE_TOKEN_FILE)")]
    public void What_is_required_is_asked_for(SnowflakeAuthenticator authenticator, params string[] required)
    {
        var word = SettingParsers.Authenticators.Format(authenticator);
        Assert.Equal(
            required.Select(r => $"{r} is missing: SNOWFLAKE_AUTHENTICATOR={word} needs it."),
            SnowflakeSignInRules.Problems(s_base with { Authenticator = authenticator }));
    }

    [Theory]
    [InlineData(SnowflakeAuthenticator.Password, "token", "key", "passphrase")]
    [InlineData(SnowflakeAuthenticator.ExternalBrowser, "password", "token", "key", "passphrase")]
    [InlineData(SnowflakeAuthenticator.OAuth, "password", "key", "passphrase")]
    [InlineData(SnowflakeAuthenticator.KeyPair, "password", "token")]
    [InlineData(SnowflakeAuthenticator.ProgrammaticAccessToken, "password", "key", "passphrase")]
    public void What_does_not_belong_is_refused_without_showing_it(SnowflakeAuthenticator authenticator, params string[] refused)
    {
        var names = new Dictionary<string, string>
        {
            ["password"] = "SNOWFLAKE_PASSWORD",
            ["token"] = "SNOWFLAKE_TOKEN (or SNOWFLAKE_TOKEN_FILE)",
            ["key"] = "SNOWFLAKE_PRIVATE_KEY_FILE",
            ["passphrase"] = "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE",
        };
        var all = s_base with
        {
            Authenticator = authenticator,
            User = "u",
            Password = "secret1",
            Token = "secret2",
            PrivateKeyFile = Key("-----BEGIN PRIVATE KEY-----\nsecret3"),
            PrivateKeyPassphrase = "secret4",
        };
        var problems = SnowflakeSignInRules.Problems(all).ToList();
        Assert.Equal(refused.Length, problems.Count);
        Assert.All(refused.Zip(problems), pair => Assert.StartsWith(
            $"{names[pair.First]} is set, but SNOWFLAKE_AUTHENTICATOR={SettingParsers.Authenticators.Format(authenticator)} does not use it; remove it, or set SNOWFLAKE_AUTHENTICATOR", pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", string.Concat(problems), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", all.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\nx", null, null)]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nx", null, null)]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nx", "p", null)]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nx", null, "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE is missing: the key in '{0}' is encrypted.")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nx", null, "SNOWFLAKE_PRIVATE_KEY_FILE: '{0}' holds a public key; name the private one.")]
    [InlineData("binary", null, "SNOWFLAKE_PRIVATE_KEY_FILE: '{0}' is not a private key in PEM form (a text file with '-----BEGIN PRIVATE KEY-----').")]
    public void The_key_file_has_to_be_a_private_key(string content, string? passphrase, string? expected)
    {
        var file = Key(content);
        var problems = SnowflakeSignInRules.Problems(s_base with { Authenticator = SnowflakeAuthenticator.KeyPair, User = "u", PrivateKeyFile = file, PrivateKeyPassphrase = passphrase });
        Assert.Equal(expected is null ? [] : [expected.Replace("{0}", file, StringComparison.Ordinal)], problems);
    }

    [Fact]
    public void A_missing_key_file_is_named() =>
        Assert.Equal(
            ["SNOWFLAKE_PRIVATE_KEY_FILE: there is no file '/nowhere/key.p8'."],
            SnowflakeSignInRules.Problems(s_base with { Authenticator = SnowflakeAuthenticator.KeyPair, User = "u", PrivateKeyFile = "/nowhere/key.p8" }));

    [Theory]
    [InlineData("https://org-acc.snowflakecomputing.com")]
    [InlineData("org-acc.snowflakecomputing.com")]
    [InlineData("org acc")]
    [InlineData("-acc")]
    public void The_account_is_an_identifier_not_an_address(string account) =>
        Assert.StartsWith("SNOWFLAKE_ACCOUNT: an account identifier such as myorg-myaccount", Assert.Single(SnowflakeSignInRules.Problems(s_base with { Account = account, User = "u", Password = "p" })), StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private string Key(string content) => _folder.Write("key.p8", content);
}

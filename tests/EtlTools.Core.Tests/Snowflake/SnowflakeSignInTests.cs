using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Tests.Config;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeSignInTests : IDisposable
{
    private const string Common = "application=EtlTools;client_telemetry_enabled=false;certrevocationcheckmode=enabled;client_store_temporary_credential=false;browser_response_timeout=120;connection_timeout=120;retry_timeout=300;maxhttpretries=7;poolingenabled=true;minpoolsize=0;maxpoolsize=10";

    private readonly TemporaryFolder _folder = new();

    private static readonly SnowflakeSettings s_base = new() { Account = "org-acc", User = "u" };

    [Fact]
    public void Password() => Assert.Equal(
        $"account=org-acc;authenticator=snowflake;user=u;password=p;{Common}",
        Text(s_base with { Password = "p" }));

    [Fact]
    public void Browser_keeps_its_token() => Assert.Equal(
        "account=org-acc;authenticator=externalbrowser;user=u;" + Common.Replace("credential=false", "credential=true", StringComparison.Ordinal),
        Text(s_base with { Authenticator = SnowflakeAuthenticator.ExternalBrowser }));

    [Fact]
    public void OAuth_needs_no_user() => Assert.Equal(
        $"account=org-acc;authenticator=oauth;token=t;{Common}",
        Text(s_base with { Authenticator = SnowflakeAuthenticator.OAuth, User = null, Token = "t" }));

    [Fact]
    public void Access_token() => Assert.Equal(
        $"account=org-acc;authenticator=programmatic_access_token;user=u;token=t;{Common}",
        Text(s_base with { Authenticator = SnowflakeAuthenticator.ProgrammaticAccessToken, Token = "t" }));

    [Fact]
    public void Key_pair()
    {
        var key = _folder.Write("key.p8", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx");
        Assert.Equal(
            $"account=org-acc;authenticator=snowflake_jwt;user=u;private_key_file={key};private_key_pwd=pp;{Common}",
            Text(s_base with { Authenticator = SnowflakeAuthenticator.KeyPair, PrivateKeyFile = key, PrivateKeyPassphrase = "pp" }));
    }

    [Theory]
    [InlineData("a;b=c")]
    [InlineData("it's \"quoted\"")]
    [InlineData("  blanks ")]
    [InlineData("=;\"'")]
    public void Any_password_survives_the_connection_string(string password)
    {
        var parsed = new DbConnectionStringBuilder { ConnectionString = Text(s_base with { Password = password }) };
        Assert.Equal(password, parsed["password"]);
        Assert.Equal("10", parsed["maxpoolsize"]);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8443", "scheme=http;host=127.0.0.1;port=8443;")]
    [InlineData("acc.privatelink.snowflakecomputing.com", "scheme=https;host=acc.privatelink.snowflakecomputing.com;port=443;")]
    [InlineData("https://h:444", "scheme=https;host=h;port=444;")]
    public void The_host_is_taken_apart(string host, string expected) =>
        Assert.Contains(";" + expected, Text(s_base with { Password = "p", Host = host }), StringComparison.Ordinal);

    [Fact]
    public void Role_warehouse_database_and_schema_are_written_as_the_driver_cuts_them_out() => Assert.EndsWith(
        ";role=LOADER;warehouse=\"my wh\";db=\"规模\";schema=\"Raw\"",
        Text(s_base with { Password = "p", Role = "loader", Warehouse = "\"my wh\"", Database = "规模", Schema = "\"Raw\"" }), StringComparison.Ordinal);

    [Fact]
    public void A_name_the_driver_would_misread_is_refused() =>
        Assert.StartsWith("SNOWFLAKE_ROLE: the driver cannot take", Refused(s_base with { Password = "p", Role = "\"a;b\"" }).Message, StringComparison.Ordinal);

    [Fact]
    public void The_local_warehouse_gets_its_database()
    {
        var text = Text(new SnowflakeSettings { Account = "LOCAL", LocalPostgres = "Host=h;Database=d;Password=x", User = "u", Role = "r", Warehouse = "w", Database = "db", Schema = "s" });
        Assert.Equal("account=local;postgres=\"Host=h;Database=d;Password=x\";db=db;schema=s;user=u;role=r;warehouse=w", text);
    }

    [Fact]
    public void A_browser_sign_in_without_a_browser_says_what_to_use_instead()
    {
        var thrown = Refused(s_base with { Authenticator = SnowflakeAuthenticator.ExternalBrowser }, "there is no display on this machine");
        Assert.Equal("SNOWFLAKE_AUTHENTICATOR=externalbrowser cannot work here because there is no display on this machine.", thrown.Message);
        Assert.Equal("For a service use snowflake_jwt (key pair), programmatic_access_token or oauth instead.", thrown.Remedy);
    }

    [Fact]
    public void Broken_rules_are_refused_before_the_driver_sees_anything() => Assert.Equal(
        ["SNOWFLAKE_PASSWORD is set, but SNOWFLAKE_AUTHENTICATOR=oauth does not use it; remove it, or set SNOWFLAKE_AUTHENTICATOR=snowflake."],
        Refused(s_base with { Authenticator = SnowflakeAuthenticator.OAuth, Token = "t", Password = "topsecret" }).Problems);

    public void Dispose() => _folder.Dispose();

    private static string Text(SnowflakeSettings settings) => SnowflakeSignIn.ConnectionString(settings, new Probe(null));

    private static ConfigurationException Refused(SnowflakeSettings settings, string? why = null) =>
        Assert.Throws<ConfigurationException>(() => SnowflakeSignIn.ConnectionString(settings, new Probe(why)));

    private sealed class Probe(string? why) : IBrowserProbe
    {
        public string? WhyNoBrowser() => why;
    }
}

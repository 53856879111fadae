using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class PostgresConnectionTests
{
    [Theory]
    [InlineData("localhost", SslMode.Prefer)]
    [InlineData("127.0.0.1", SslMode.Prefer)]
    [InlineData("::1", SslMode.Prefer)]
    [InlineData("/var/run/postgresql", SslMode.Prefer)]
    [InlineData("db.example.org", SslMode.VerifyFull)]
    [InlineData("localhost.example.org", SslMode.VerifyFull)]
    [InlineData("localhost,db.example.org", SslMode.VerifyFull)]
    public void The_certificate_is_verified_unless_the_server_is_this_machine(string host, SslMode expected)
    {
        Assert.Equal(expected, Builder(("POSTGRES_CONNECTION_STRING", $"Host={host};Database=d;Username=u")).SslMode);
        Assert.Equal(expected, Builder(("POSTGRES_HOST", host), ("POSTGRES_DATABASE", "d"), ("POSTGRES_USER", "u")).SslMode);
    }

    [Fact]
    public void An_explicit_mode_is_kept()
    {
        Assert.Equal(SslMode.Disable, Builder(("POSTGRES_CONNECTION_STRING", "Host=db;Database=d;SSL Mode=Disable")).SslMode);
        Assert.Equal(SslMode.VerifyCA, Builder(("POSTGRES_HOST", "db"), ("POSTGRES_DATABASE", "d"), ("POSTGRES_USER", "u"), ("POSTGRES_SSLMODE", "verify-ca")).SslMode);
        Assert.Equal(SslMode.Require, Builder(("POSTGRES_CONNECTION_STRING", "postgres://u@db/d?sslmode=require")).SslMode);
        Assert.Equal(SslMode.VerifyFull, Builder(("POSTGRES_CONNECTION_STRING", "Host=db;Database=d;sslmode=verify-full")).SslMode);
    }

    [Fact]
    public void What_would_put_row_data_into_messages_is_switched_off()
    {
        var builder = Builder(("POSTGRES_CONNECTION_STRING", "Host=db;Database=d;Include Error Detail=true;Log Parameters=true;Persist Security Info=true"));
        Assert.False(builder.IncludeErrorDetail);
        Assert.False(builder.LogParameters);
        Assert.False(builder.PersistSecurityInfo);
        Assert.Equal("etl-tools", builder.ApplicationName);
        Assert.Equal(30, builder.KeepAlive);
        Assert.True(builder.TcpKeepAlive);
        Assert.Equal(600, builder.CommandTimeout);
    }

    [Fact]
    public void Single_settings_make_a_connection_string()
    {
        var builder = Builder(
            ("POSTGRES_HOST", "db"), ("POSTGRES_PORT", "5433"), ("POSTGRES_DATABASE", "规模"), ("POSTGRES_USER", "u"),
            ("POSTGRES_PASSWORD", "a;b'c\"d="), ("POSTGRES_COMMAND_TIMEOUT", "90s"));
        Assert.Equal(("db", 5433, "规模", "u", "a;b'c\"d=", 90), (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password, builder.CommandTimeout));
    }

    [Fact]
    public void A_URL_is_decoded()
    {
        var builder = Builder(("POSTGRES_CONNECTION_STRING", "postgresql://us%40er:p%3A%2Fw@db.example.org:6543/my%20db?application_name=x&connect_timeout=7"));
        Assert.Equal(("db.example.org", 6543, "my db", "us@er", "p:/w", "x", 7), (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password, builder.ApplicationName, builder.Timeout));
    }

    [Theory]
    [InlineData("hello topsecret", "POSTGRES_CONNECTION_STRING: not a connection string of the form Host=…;Database=…;Username=… and not a postgres:// URL.")]
    [InlineData("Host=db;Database=d;Pasword=topsecret", "POSTGRES_CONNECTION_STRING: there is no keyword 'pasword'. Did you mean 'Password'?")]
    [InlineData("Host=db;Database=d;Port=topsecret", "POSTGRES_CONNECTION_STRING: the value of 'port' is not one it takes.")]
    [InlineData("Database=d", "POSTGRES_CONNECTION_STRING: it names no host.")]
    [InlineData("postgres://u:topsecret@db", "POSTGRES_CONNECTION_STRING: it names no database.")]
    [InlineData("postgres://u:topsecret@db:port/d", "POSTGRES_CONNECTION_STRING: not a URL of the form postgres://user:password@host:port/database; write special characters in the password as %XX.")]
    [InlineData("postgres://u@db/d?frob=topsecret", "POSTGRES_CONNECTION_STRING: 'frob' in the URL is not a keyword of PostgreSQL connections, or its value is not one it takes.")]
    public void What_is_malformed_is_named_without_its_value(string text, string expected) =>
        Assert.Equal([expected], Problems(("POSTGRES_CONNECTION_STRING", text)));

    [Fact]
    public void Both_forms_at_once_are_refused() =>
        Assert.Equal(
            ["POSTGRES_CONNECTION_STRING and POSTGRES_HOST, POSTGRES_PASSWORD are both set; keep the one or the others."],
            Problems(("POSTGRES_CONNECTION_STRING", "Host=h;Database=d"), ("POSTGRES_HOST", "h"), ("POSTGRES_PASSWORD", "x")));

    [Fact]
    public void A_missing_certificate_file_is_named() =>
        Assert.Equal(
            ["POSTGRES_SSLROOTCERT: there is no file '/nowhere/ca.pem'."],
            Problems(("POSTGRES_HOST", "h"), ("POSTGRES_DATABASE", "d"), ("POSTGRES_USER", "u"), ("POSTGRES_SSLROOTCERT", "/nowhere/ca.pem")));

    private static NpgsqlConnectionStringBuilder Builder(params (string Name, string Value)[] environment) =>
        new(SettingsLoader.Load(environment.ToDictionary(e => e.Name, e => e.Value), (EnvironmentFile?)null).Settings.Postgres!.ConnectionString);

    private static IReadOnlyList<string> Problems(params (string Name, string Value)[] environment) =>
        Assert.Throws<ConfigurationException>(() => SettingsLoader.Load(environment.ToDictionary(e => e.Name, e => e.Value), (EnvironmentFile?)null)).Problems;
}

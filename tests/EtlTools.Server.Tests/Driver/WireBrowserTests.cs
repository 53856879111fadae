using System.Net;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Server.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.Server.Tests.Driver;

/// <summary>Sign-in by browser, through the product's own connector, the genuine driver and a browser that a script stands in for.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireBrowserTests(EndpointServer server)
{
    // The driver reads this once, when it first needs the cache.
    private static readonly string s_cache = Directory.CreateTempSubdirectory("etl-token-cache-").FullName;

    static WireBrowserTests()
    {
        Environment.SetEnvironmentVariable("SF_TEMPORARY_CREDENTIAL_CACHE_DIR", s_cache);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(s_cache, true);
    }

    [BrowserFact]
    public async Task A_person_signs_in_once_and_the_token_is_kept_between_runs()
    {
        using var browser = new ScriptedBrowser();
        await using (var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("browser")))
        {
            var first = UserAsync(endpoint);
            Assert.Equal((HttpStatusCode.Unauthorized, true), Shown(await browser.SignInAsync(1, EndpointServer.User, "not it"), "Incorrect username or password"));
            Assert.Equal((HttpStatusCode.OK, true), Shown(await browser.SignInAsync(1, EndpointServer.User, EndpointServer.Password), "identity was confirmed"));
            Assert.Equal("TESTER", await first);
            Assert.Equal("TESTER", await UserAsync(endpoint));
            Assert.Equal("TESTER", await UserAsync(endpoint));
            Assert.Equal(1, browser.Opened);
            var kept = new FileInfo(Path.Combine(s_cache, "credential_cache_v1.json"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, kept.UnixFileMode);
        }

        // Another endpoint does not know the token: the driver asks the person again.
        await using var other = await server.StartAsync(await server.CreateDatabaseAsync("browser"));
        var again = UserAsync(other);
        await browser.SignInAsync(2, EndpointServer.User, EndpointServer.Password);
        Assert.Equal("TESTER", await again);
        Assert.Equal(2, browser.Opened);
    }

    [BrowserFact]
    public async Task A_person_who_does_not_answer_is_an_error_that_names_the_setting()
    {
        using var browser = new ScriptedBrowser();
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("browser"));
        var error = await Assert.ThrowsAnyAsync<EtlException>(() => UserAsync(endpoint, settings => settings with { User = "nobody", ConnectTimeout = TimeSpan.FromSeconds(3) }));
        Assert.Equal(1, browser.Opened);
        Assert.Contains("SNOWFLAKE_", error.Message + error.Remedy, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Somebody_else_is_refused()
    {
        using var browser = new ScriptedBrowser();
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("browser"));
        var opening = UserAsync(endpoint, settings => settings with { User = "another" });
        await browser.SignInAsync(1, EndpointServer.User, EndpointServer.Password);
        var error = await Assert.ThrowsAnyAsync<EtlException>(() => opening);
        Assert.False(SnowflakeErrors.IsTransient(error));
    }

    private static (HttpStatusCode Status, bool Says) Shown((HttpStatusCode Status, string Text) answer, string text) => (answer.Status, answer.Text.Contains(text, StringComparison.Ordinal));

    private static async Task<string> UserAsync(WarehouseEndpoint endpoint, Func<SnowflakeSettings, SnowflakeSettings>? change = null)
    {
        var settings = new SnowflakeSettings
        {
            Account = EndpointServer.Account,
            Host = endpoint.Address.ToString().TrimEnd('/'),
            Authenticator = SnowflakeAuthenticator.ExternalBrowser,
            User = EndpointServer.User,
            ConnectTimeout = TimeSpan.FromSeconds(60),
            DriverFolder = SnowflakeDriverFolder.Path,
        };
        await using var connector = new SnowflakeConnector(change?.Invoke(settings) ?? settings, null, NullLogger<SnowflakeConnector>.Instance, new Desktop());
        await using var connection = await connector.OpenAsync("test", CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT CURRENT_USER()";
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A machine with a person before it.</summary>
    private sealed class Desktop : IBrowserProbe
    {
        public string? WhyNoBrowser() => null;
    }
}

/// <summary>A test that needs the genuine driver, and a system on which it opens browsers by a program in PATH.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = SnowflakeDriverFolder.WhyNot ?? (OperatingSystem.IsLinux() ? null : "the browser's stand-in is for Linux");
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests;

/// <summary>Who gets in, how, and for how long.</summary>
[Collection(EndpointCollection.Name)]
public sealed class SignInTests(EndpointServer server)
{
    [Theory]
    [InlineData("acme", "tester", "correct horse", null)]
    [InlineData("ACME", "Tester", "correct horse", null)]
    [InlineData("acme.eu-central-1", "tester", "correct horse", null)]
    [InlineData("acme", "tester", "wrong", "390100")]
    [InlineData("acme", "tester", "", "390100")]
    [InlineData("acme", "nobody", "correct horse", "390100")]
    [InlineData("other", "tester", "correct horse", "390100")]
    public async Task A_password_opens_its_users_session_only(string account, string user, string password, string? code)
    {
        using var client = new WireClient(server.Endpoint.Address);
        var answer = await client.LoginAsync(new { ACCOUNT_NAME = account, LOGIN_NAME = user, PASSWORD = password });
        Assert.Equal(code, answer.Code);
        if (code is not null) Assert.Equal("08001", answer.SqlState);
        else Assert.Equal(["TESTER|WIRE|PUBLIC"], await client.RowsAsync("SELECT CURRENT_USER(), CURRENT_DATABASE(), CURRENT_SCHEMA()"));
    }

    [Theory]
    [InlineData("oauth", "", EndpointServer.OAuthToken, null)]
    [InlineData("OAUTH", "tester", EndpointServer.OAuthToken, null)]
    [InlineData("oauth", "", EndpointServer.AccessToken, "390303")]
    [InlineData("oauth", "nobody", EndpointServer.OAuthToken, "390303")]
    [InlineData("programmatic_access_token", "tester", EndpointServer.AccessToken, null)]
    [InlineData("programmatic_access_token", "tester", EndpointServer.OAuthToken, "394400")]
    [InlineData("username_password_mfa", "tester", "", "000002")]
    public async Task A_token_is_good_for_its_own_authenticator(string authenticator, string user, string token, string? code)
    {
        using var client = new WireClient(server.Endpoint.Address);
        var answer = await client.LoginAsync(new { ACCOUNT_NAME = EndpointServer.Account, LOGIN_NAME = user, AUTHENTICATOR = authenticator, TOKEN = token });
        Assert.Equal(code, answer.Code);
        if (code is null) Assert.Equal(["TESTER"], await client.RowsAsync("SELECT CURRENT_USER()"));
    }

    [Theory]
    [InlineData("good", null)]
    [InlineData("milliseconds", null)]
    [InlineData("other key", "390144")]
    [InlineData("expired", "390144")]
    [InlineData("for ever", "390144")]
    [InlineData("other subject", "390144")]
    [InlineData("other fingerprint", "390144")]
    [InlineData("no signature", "390144")]
    [InlineData("rubbish", "390144")]
    public async Task A_key_pair_token_must_be_signed_now_with_the_registered_key(string how, string? code)
    {
        using var other = RSA.Create(2048);
        var now = DateTimeOffset.UtcNow;
        var iat = how == "expired" ? now.AddMinutes(-10) : now;
        var exp = how == "for ever" ? now.AddYears(1) : iat.AddMinutes(1);
        var fingerprint = Convert.ToBase64String(SHA256.HashData((how == "other fingerprint" ? other : server.Key).ExportSubjectPublicKeyInfo()));
        var times = how == "milliseconds" ? (iat.ToUnixTimeMilliseconds(), exp.ToUnixTimeMilliseconds()) : (iat.ToUnixTimeSeconds(), exp.ToUnixTimeSeconds());
        var claims = JsonSerializer.Serialize(new { iss = $"ACME.TESTER.SHA256:{fingerprint}", sub = how == "other subject" ? "ACME.ADMIN" : "ACME.TESTER", iat = times.Item1, exp = times.Item2 });
        var signed = $"{Encode("{\"alg\":\"" + (how == "no signature" ? "none" : "RS256") + "\"}")}.{Encode(claims)}";
        var signature = (how == "other key" ? other : server.Key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var token = how == "rubbish" ? "a.b.c" : $"{signed}.{(how == "no signature" ? "" : Base64Url.EncodeToString(signature))}";
        using var client = new WireClient(server.Endpoint.Address);

        var answer = await client.LoginAsync(new { ACCOUNT_NAME = "acme", LOGIN_NAME = "tester", AUTHENTICATOR = "SNOWFLAKE_JWT", TOKEN = token });

        Assert.Equal(code, answer.Code);
        if (code is null) Assert.Equal(["TESTER"], await client.RowsAsync("SELECT CURRENT_USER()"));

        static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("tester", true, null)]
    [InlineData("", true, null)]
    [InlineData("tester", false, "390100")]
    [InlineData("nobody", true, "390191")]
    public async Task A_browsers_token_opens_its_users_session_once_with_its_proof_key(string name, bool proves, string? code)
    {
        using var client = new WireClient(server.Endpoint.Address);
        var begun = await client.PostAsync("/session/authenticator-request", new { data = new { ACCOUNT_NAME = EndpointServer.Account, AUTHENTICATOR = "externalbrowser", BROWSER_MODE_REDIRECT_PORT = "4711" } });
        var (page, proof) = (begun.Data.GetProperty("ssoUrl").GetString()!, begun.Data.GetProperty("proofKey").GetString());
        Assert.StartsWith(server.Endpoint.Address.ToString(), page, StringComparison.Ordinal);
        using var browser = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        using var wrong = new FormUrlEncodedContent([new("user", EndpointServer.User), new("password", "wrong")]);
        using var right = new FormUrlEncodedContent([new("user", EndpointServer.User), new("password", EndpointServer.Password)]);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await browser.PostAsync(page, wrong)).StatusCode);
        var address = (await browser.PostAsync(page, right)).Headers.Location!;
        Assert.StartsWith("http://localhost:4711/?token=", address.ToString(), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await browser.PostAsync(page, right)).StatusCode);
        var login = new
        {
            ACCOUNT_NAME = EndpointServer.Account, LOGIN_NAME = name, AUTHENTICATOR = "externalbrowser", TOKEN = Uri.UnescapeDataString(address.Query["?token=".Length..]), PROOF_KEY = proves ? proof : "another",
            SESSION_PARAMETERS = new { CLIENT_STORE_TEMPORARY_CREDENTIAL = true },
        };

        var answer = await client.LoginAsync(login);

        Assert.Equal(code, answer.Code);
        Assert.Equal("390100", (await client.LoginAsync(login)).Code);
        if (code is not null) return;
        Assert.Equal(["TESTER"], await client.RowsAsync("SELECT CURRENT_USER()"));
        var kept = answer.Data.GetProperty("idToken").GetString();
        foreach (var (token, who, expected) in new[] { (kept, "tester", null), (kept, "nobody", "390191"), ("x", "tester", "390195"), (kept, "", null) })
            Assert.Equal(expected, (await client.LoginAsync(new { ACCOUNT_NAME = EndpointServer.Account, LOGIN_NAME = who, AUTHENTICATOR = "ID_TOKEN", TOKEN = token })).Code);
    }

    [Fact]
    public async Task A_page_takes_five_passwords_and_no_more()
    {
        using var browser = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = server.Endpoint.Address };
        var shown = await browser.GetStringAsync($"/console/login?login_name=<b>&proof_key=k&browser_mode_redirect_port=4711");
        var page = shown.Split("action=\"")[1].Split('"')[0];
        for (var i = 0; i < 5; i++)
        {
            using var wrong = new FormUrlEncodedContent([new("user", EndpointServer.User), new("password", $"wrong {i}")]);
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await browser.PostAsync(page, wrong)).StatusCode);
        }

        using var right = new FormUrlEncodedContent([new("user", EndpointServer.User), new("password", EndpointServer.Password)]);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await browser.PostAsync(page, right)).StatusCode);
    }

    [Fact]
    public async Task An_expired_token_is_renewed_by_the_master_token_and_the_session_goes_on()
    {
        var clock = new SettableClock();
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("expiry"), o => o with { SessionTokenLifetime = TimeSpan.FromHours(1), Time = clock });
        using var client = new WireClient(endpoint.Address);
        await client.LoginAsync();
        await client.QueryAsync("CREATE DATABASE D");
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("390112", (await client.QueryAsync("SELECT 1")).Code);

        var renewed = await client.PostAsync("/session/token-request", new { oldSessionToken = client.Token, requestType = "RENEW" }, client.MasterToken);
        var old = client.Token;
        client.Token = renewed.Data.GetProperty("sessionToken").GetString();

        Assert.Equal(["D"], await client.RowsAsync("SELECT CURRENT_DATABASE()"));
        Assert.Equal("390111", (await client.PostAsync("/session/heartbeat", new { }, old)).Code);
        Assert.Equal("390114", (await client.PostAsync("/session/token-request", new { }, client.MasterToken)).Code);
    }

    [Fact]
    public async Task A_closed_session_is_gone_and_so_is_what_only_it_had()
    {
        using var client = new WireClient(server.Endpoint.Address);
        await client.LoginAsync();
        await client.QueryAsync("CREATE TEMPORARY TABLE ONLY_MINE (A NUMBER(1,0))");
        Assert.True((await client.PostAsync("/session/heartbeat", new { })).Success);
        Assert.True((await client.PostAsync("/session?delete=true", new { })).Success);
        Assert.Equal("390111", (await client.QueryAsync("SELECT 1")).Code);
        await client.LoginAsync();
        Assert.Equal("002003", (await client.QueryAsync("SELECT * FROM ONLY_MINE")).Code);
    }
}

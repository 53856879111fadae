using System.Text;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests;

/// <summary>What nobody should send: each is answered as an error, and the endpoint goes on serving.</summary>
[Collection(EndpointCollection.Name)]
public sealed class HostileRequestTests(EndpointServer server)
{
    private static readonly string[] Paths =
    [
        "/session/v1/login-request", "/session/token-request", "/session", "/session?delete=true", "/session/heartbeat", "/queries/v1/query-request",
        "/queries/v1/abort-request", "/session/authenticator-request", "/sso/0", "/console/login", "/console/login?browser_mode_redirect_port=1&proof_key=x", "/faults", "/nowhere", "/results/0/0", "/queries/x/result", "/monitoring/queries/x",
    ];

    private static readonly string[] Bodies =
    [
        "", "{", "null", "[]", "1", "\"x\"", "{}", "{\"data\":null}", "{\"data\":[]}", "{\"data\":{\"LOGIN_NAME\":[1]}}", "{\"data\":{\"ACCOUNT_NAME\":\"acme\",\"LOGIN_NAME\":\"tester\",\"PASSWORD\":{}}}",
        "{\"sqlText\":null}", "{\"sqlText\":{}}", "{\"sqlText\":\"\\ud800\"}", "{\"sqlText\":\"SELECT '\\u0000'\"}", "{\"sqlText\":\"SELECT ?\",\"bindings\":{\"1\":5}}",
        "{\"sqlText\":\"SELECT ?\",\"bindings\":{\"1\":{\"type\":{},\"value\":1}}}", "{\"sqlText\":\"SELECT ?\",\"bindings\":{\"1\":{\"type\":\"FIXED\",\"value\":{}}}}",
        "{\"sqlText\":\"INSERT INTO T VALUES (?)\",\"bindings\":{\"1\":{\"type\":\"FIXED\",\"value\":[]}}}", "{\"sqlText\":\"SELECT 1\",\"parameters\":{\"MULTI_STATEMENT_COUNT\":\"-1\"}}",
        "{\"sqlText\":\"PUT file:///etc/passwd @~/../../x\"}", "{\"sqlText\":\"GET @~ file://\"}", "{\"sqlText\":\"'\"}", "{\"sqlText\":\"/*\"}", "{\"requestId\":[]}",
        "{\"unavailable\":\"x\"}", "{\"a\":" + new string('[', 100) + new string(']', 100) + "}",
    ];

    [Fact]
    public async Task Two_hundred_malformed_requests_leave_it_serving()
    {
        var random = new Random(20_261);
        using var client = new WireClient(server.Endpoint.Address);
        await client.LoginAsync();
        string?[] tokens = [null, "", "Basic eA==", "Snowflake Token=\"\"", "Snowflake Token=\"none\"", $"Snowflake Token=\"{client.Token}\"", $"Snowflake Token=\"{client.Token}\"", $"Snowflake Token=\"{client.Token}"];
        for (var i = 0; i < 200; i++)
        {
            var path = Paths[random.Next(Paths.Length)];
            if (path == "/session?delete=true") path += "&x=" + i;
            var body = Encoding.UTF8.GetBytes(Bodies[random.Next(Bodies.Length)]);
            if (random.Next(4) == 0) random.NextBytes(body);
            else if (random.Next(4) == 0 && body.Length > 1) body = body[..random.Next(body.Length)];
            var (status, text) = await client.RawAsync(random.Next(10) == 0 ? HttpMethod.Put : random.Next(8) == 0 ? HttpMethod.Get : HttpMethod.Post, path, body, tokens[random.Next(tokens.Length)]);
            Assert.True((int)status != 500, $"{i}: {path} {Encoding.UTF8.GetString(body)} → {text}");
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        }

        using var honest = new WireClient(server.Endpoint.Address);
        await honest.LoginAsync();
        Assert.Equal(["1"], await honest.RowsAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_and_not_kept()
    {
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("small"), o => o with { MaxRequestBytes = 1 << 16 });
        using var client = new WireClient(endpoint.Address);
        await client.LoginAsync();
        var (status, _) = await client.RawAsync(HttpMethod.Post, "/queries/v1/query-request", new byte[1 << 20], $"Snowflake Token=\"{client.Token}\"");
        Assert.Equal(413, (int)status);
        Assert.Equal(["1"], await client.RowsAsync("SELECT 1"));
    }

    [Fact]
    public async Task Faults_are_there_only_when_allowed()
    {
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("faultless"), o => o with { AllowFaults = false });
        using var client = new WireClient(endpoint.Address);
        Assert.Equal(404, (await client.PostAsync("/faults", new { unavailable = 1 })).Status);
    }
}

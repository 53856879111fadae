using System.Diagnostics;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>Snowflake's Node driver, by the suite in tests/node.</summary>
[Collection(EndpointCollection.Name)]
public sealed class NodeDriverTests(EndpointServer server)
{
    [NodeFact]
    public async Task The_node_suite_passes()
    {
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("node"));
        using (var client = new WireClient(endpoint.Address))
        {
            await client.LoginAsync();
            Assert.True((await client.QueryAsync("CREATE DATABASE NODE_TESTS")).Success);
        }

        var start = new ProcessStartInfo("node", ["--test"]) { WorkingDirectory = NodeFactAttribute.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["SNOWFLAKE_ACCOUNT"] = EndpointServer.Account,
            ["SNOWFLAKE_USER"] = EndpointServer.User,
            ["SNOWFLAKE_PASSWORD"] = EndpointServer.Password,
            ["SNOWFLAKE_HOST"] = endpoint.Address.ToString().TrimEnd('/'),
            ["SNOWFLAKE_DATABASE"] = "NODE_TESTS",
            ["SNOWFLAKE_DISABLE_PLATFORM_DETECTION"] = "true",
        })
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await error);
        // Twelve tests that ran, lest an empty suite passes.
        Assert.True(output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)) >= 12, output);
    }
}

/// <summary>A test that needs Node and the packages of tests/node; shown as skipped without them.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "snowflake-sdk"))) Skip = "needs Snowflake's Node driver: run 'npm ci' in tests/node";
    }

    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EtlTools.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "tests", "node");
    }
}

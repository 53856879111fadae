using EtlTools.Cli;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>The demo on a real server, and the commands on what it keeps.</summary>
[Collection("demo")]
public sealed class DemoTests
{
    [Fact]
    public async Task Its_figures_are_those_it_promises_and_nothing_is_left()
    {
        var before = Leftovers();

        var json = (await CliRun.RunAsync(Variables(), "demo", "--rows", "2000", "--seed", "7", "--shop-scale", "0.02", "--json")).Ended(ExitCode.Done).Json;

        Assert.True(json.GetProperty("ok").GetBoolean());
        var steps = json.GetProperty("steps").EnumerateArray().ToDictionary(step => step.GetProperty("name").GetString()!.Split(':')[0]);
        long Figure(string step, string name) => steps[step].GetProperty(name).GetInt64();
        var filled = Figure("fill the source", "inserted");
        Assert.True(filled > 2000);
        Assert.Equal(filled, Figure("first sync", "inserted"));
        Assert.Equal(0, Figure("second sync", "records_read"));
        Assert.Equal((200, 500), (Figure("third sync", "inserted"), Figure("third sync", "updated")));
        Assert.Equal((100, 300), (Figure("dry run", "inserted"), Figure("dry run", "updated")));
        Assert.Equal((100, 300), (Figure("fourth sync", "inserted"), Figure("fourth sync", "updated")));
        const long shop = 1_000 + 4 + 2_000 + 5_000;
        Assert.Equal(shop, Figure("fill the shop", "inserted"));
        Assert.Equal((shop, 0), (Figure("shop, first sync", "inserted"), Figure("shop, first sync", "updated")));
        Assert.Equal(0, Figure("shop, second sync", "records_read"));
        Assert.Equal((500, 400), (Figure("shop, third sync", "inserted"), Figure("shop, third sync", "updated")));
        Assert.Contains($"shop, compare: {shop + 500:N0} rows on both sides", json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
        Assert.Equal(16, steps.Count);
        Assert.All(steps.Values, step => Assert.True(step.GetProperty("ok").GetBoolean()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("kept").ValueKind);
        await NothingIsLeftAsync(before);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1,5")]
    [InlineData("1000")]
    public async Task A_shop_of_no_size_is_refused(string scale)
    {
        var run = (await CliRun.RunAsync(Variables(), "demo", "--shop-scale", scale)).Ended(ExitCode.Usage);
        Assert.Contains("--shop-scale", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_request_cleans_up()
    {
        var before = Leftovers();
        using var stop = new CancellationTokenSource();
        var clock = new StopWhenSeen(stop);

        var run = await CliRun.RunAsync(s => s with { Variables = Variables(), Out = clock }, stop.Token, "demo", "--rows", "200000");

        run.Ended(ExitCode.Stopped);
        await NothingIsLeftAsync(before);
    }

    // Other demos on this machine may be at work in folders of their own, which go when they end; one of ours would stay.
    private static async Task NothingIsLeftAsync(HashSet<string> before)
    {
        var left = Leftovers().Except(before).ToList();
        for (var second = 0; second < 600 && left.Count > 0; second++)
        {
            await Task.Delay(1000);
            left.RemoveAll(folder => !Directory.Exists(folder));
        }

        Assert.Empty(left);
    }

    private static HashSet<string> Leftovers() => [.. Directory.GetDirectories(Path.GetTempPath(), "etl-demo-*")];

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") is { Length: > 0 } server ? new() { ["ETL_SANDBOX_POSTGRES"] = server } : [];

    /// <summary>Asks for a stop when the filling is announced.</summary>
    private sealed class StopWhenSeen(CancellationTokenSource stop) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (ToString().Contains("Filling", StringComparison.Ordinal)) stop.Cancel();
        }
    }
}

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

        var json = (await CliRun.RunAsync(Variables(), "demo", "--rows", "2000", "--seed", "7", "--json")).Ended(ExitCode.Done).Json;

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
        Assert.All(steps.Values, step => Assert.True(step.GetProperty("ok").GetBoolean()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("kept").ValueKind);
        Assert.Empty(Leftovers().Except(before));
    }

    [Fact]
    public async Task A_stop_request_cleans_up()
    {
        var before = Leftovers();
        using var stop = new CancellationTokenSource();
        var clock = new StopWhenSeen(stop);

        var run = await CliRun.RunAsync(s => s with { Variables = Variables(), Out = clock }, stop.Token, "demo", "--rows", "200000");

        run.Ended(ExitCode.Stopped);
        Assert.Empty(Leftovers().Except(before));
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

using System.Text.Json;
using EtlTools.Cli;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Cli;

/// <summary><c>etl backfill TABLE</c> as a user runs it: what it leaves behind.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillCommandTests(SyncServer server)
{
    private const int Rows = 900;

    [Fact]
    public async Task A_backfill_leaves_its_report_beside_the_logs_without_being_asked()
    {
        await using var world = await CliWorld.CreateAsync(server, Rows);

        var run = (await world.RunAsync("backfill", "h", "--partitions", "3")).Ended(ExitCode.Done);

        var page = Assert.Single(Directory.GetFiles(Path.Combine(world.Logs, "reports"), "backfill-h-*.html"));
        var document = Path.ChangeExtension(page, ".json");
        Assert.Contains($"Report: {page}\n        {document}\n", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(document));
        Assert.Equal(("done", Rows), (report.RootElement.GetProperty("status").GetString(), report.RootElement.GetProperty("counts").GetProperty("inserted").GetInt32()));
    }

    [Fact]
    public async Task A_backfill_that_fails_leaves_one_too_and_going_on_replaces_it()
    {
        await using var world = await CliWorld.CreateAsync(server, Rows);
        await world.World.TargetAsync("ALTER TABLE h ADD CONSTRAINT low CHECK (id < 300)");
        var variables = new Dictionary<string, string>(world.Variables) { ["ETL_MAX_ERRORS"] = "5", ["ETL_REPORT_DIR"] = Path.Combine(world.Logs, "elsewhere") };

        var failed = (await CliRun.RunAsync(variables, "backfill", "h", "--partitions", "3", "--parallel", "1", "--json")).Ended(ExitCode.Failed);

        var files = failed.Json.GetProperty("report_files").EnumerateArray().Select(file => file.GetString()!).ToList();
        Assert.Equal(2, files.Count);
        Assert.Equal("failed", await StatusAsync(files[1]));
        await world.World.TargetAsync("ALTER TABLE h DROP CONSTRAINT low");
        Assert.Equal(files, (await CliRun.RunAsync(variables, "backfill", "h", "--json")).Json.GetProperty("report_files").EnumerateArray().Select(file => file.GetString()!));
        Assert.NotEqual("failed", await StatusAsync(files[1]));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(world.Logs, "elsewhere")).Length);
        await world.History.AssertEqualAsync();
    }

    [Fact]
    public async Task A_report_goes_where_it_is_wanted_or_nowhere_and_one_that_cannot_be_written_makes_nothing_fail()
    {
        await using var world = await CliWorld.CreateAsync(server, 30);
        var variables = new Dictionary<string, string>(world.Variables) { ["ETL_REPORT_DIR"] = "none" };

        var none = (await CliRun.RunAsync(variables, "backfill", "h")).Ended(ExitCode.Done);
        Assert.DoesNotContain("Report:", none.Out, StringComparison.Ordinal);

        var file = Path.Combine(world.Logs, "mine.txt");
        (await CliRun.RunAsync(variables, "backfill", "h", "--report", file)).Ended(ExitCode.Done);
        Assert.StartsWith("Backfill h: done\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);

        // Below a file there is no folder.
        var run = (await CliRun.RunAsync(variables, "backfill", "h", "--report", Path.Combine(file, "below"))).Ended(ExitCode.Done);
        Assert.Contains("The report could not be written", run.Out, StringComparison.Ordinal);
        Assert.Contains("`etl backfill report h`", run.Out, StringComparison.Ordinal);

        var dry = (await CliRun.RunAsync(world.Variables, "backfill", "h", "--dry-run")).Ended(ExitCode.Done);
        Assert.DoesNotContain("Report:", dry.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(world.Logs, "reports")));
    }

    private static async Task<string?> StatusAsync(string document)
    {
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(document));
        return report.RootElement.GetProperty("status").GetString();
    }
}

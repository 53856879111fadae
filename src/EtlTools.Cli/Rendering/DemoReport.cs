using EtlTools.Sandbox.Demo;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>demo</c>. JSON: <c>rows</c>, <c>seed</c>, <c>server</c>, <c>ok</c>, <c>duration_ms</c>, <c>steps</c> (<c>name</c>, row counts or
/// null, <c>duration_ms</c>, <c>ok</c>, <c>problems</c>), <c>kept</c> (<c>folder</c>, <c>config</c>, <c>shop_config</c>, <c>env_file</c>, <c>log_directory</c>, <c>connect</c>, <c>stop</c>; null without --keep).
/// </summary>
internal sealed class DemoReport(DemoOptions options, string server, IReadOnlyList<DemoStep> steps, DemoLeftovers? kept, string program) : CommandReport
{
    private static readonly string[] s_counts = ["records_read", "records_processed", "inserted", "updated", "unchanged", "superseded", "quarantined", "dropped"];

    public override ExitCode ExitCode => steps.All(step => step.IsAsExpected) ? ExitCode.Done : ExitCode.Failed;

    private TimeSpan Duration => steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Duration);

    public override void Write(TextReport text)
    {
        text.Table(
            ["step", "#read", "#inserted", "#updated", "#unchanged", "#quarantined", "#time", "verdict"],
            steps.Select(step => (Cell[])
            [
                step.Name, Count(step, c => c.Read), Count(step, c => c.Inserted), Count(step, c => c.Updated), Count(step, c => c.Unchanged), Count(step, c => c.Quarantined),
                Format.Duration(step.Duration), step.IsAsExpected ? new("as expected", TextReport.Good) : new("WRONG", TextReport.Bad),
            ]));
        foreach (var step in steps)
            foreach (var problem in step.Problems) text.Line($"{step.Name}: {problem}", TextReport.Bad);
        text.Line(
            ExitCode == ExitCode.Done ? $"All figures are as they must be ({Format.Duration(Duration)}, {server})." : "The demo failed: figures differ from what they must be.",
            ExitCode == ExitCode.Done ? TextReport.Good : TextReport.Bad);
        WriteWhere(text);
    }

    public override void Write(JsonReport json)
    {
        json.Count("rows", options.Rows);
        json.Count("seed", options.Seed);
        json.Text("server", server);
        json.Flag("ok", ExitCode == ExitCode.Done);
        json.Count("duration_ms", (long)Duration.TotalMilliseconds);
        json.Objects("steps", steps, static (json, step) =>
        {
            json.Text("name", step.Name);
            if (step.Counts is { } counts) RunRows.WriteCounts(json, counts);
            else foreach (var name in s_counts) json.Count(name, null);
            json.Count("duration_ms", (long)step.Duration.TotalMilliseconds);
            json.Flag("ok", step.IsAsExpected);
            json.Texts("problems", step.Problems);
        });
        json.Object("kept", kept is null ? null : json =>
        {
            json.Text("folder", kept.Files.Folder);
            json.Text("config", kept.Files.Configuration);
            json.Text("shop_config", kept.Files.ShopConfiguration);
            json.Text("env_file", kept.Files.EnvironmentFile);
            json.Text("log_directory", kept.Files.Logs);
            json.Text("connect", kept.Connect);
            json.Text("stop", kept.Stop);
        });
    }

    private static Cell Count(DemoStep step, Func<Core.State.RowCounts, long> figure) => step.Counts is { } counts ? figure(counts) : "";

    private string Command(string arguments) => $"{program} {arguments} --env-file '{kept!.Files.EnvironmentFile}'";

    private void WriteWhere(TextReport text)
    {
        if (kept is null)
        {
            text.Line("Nothing is left running or on disk. With --keep, the databases, the settings, the log files and the run records (table etl.run) stay.");
            return;
        }

        text.Line();
        text.Line("Kept, as you asked:", TextReport.Heading);
        text.Line($"  tables       {kept.Files.Configuration}");
        text.Line($"  the shop's   {kept.Files.ShopConfiguration}");
        text.Line($"  settings     {kept.Files.EnvironmentFile}");
        text.Line($"  log files    {kept.Files.Logs}");
        text.Line($"  run records  {Command("status")}");
        text.Line($"  sync again   {Command("sync")}");
        text.Line($"  the shop     {Command($"sync --config '{kept.Files.ShopConfiguration}'")}");
        text.Line($"  PostgreSQL   {kept.Connect}");
        text.Line($"  stop         {kept.Stop}");
    }
}

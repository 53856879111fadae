using EtlTools.Core.State.Migrations;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>migrate</c>. JSON: <c>plan</c>, <c>sets</c>, <c>migrations</c> (<c>set</c>, <c>version</c>, <c>name</c>, <c>file</c>, <c>duration_ms</c>).</summary>
internal sealed class MigrateReport(IReadOnlyList<Migration> migrations, IReadOnlyList<string> sets, bool isPlan, string database) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        text.Line(database);
        if (migrations.Count == 0)
        {
            text.Line($"Nothing to do: {string.Join(", ", sets)} up to date.", TextReport.Good);
            return;
        }

        text.Table(
            ["set", "migration", isPlan ? "" : "#time"],
            migrations.Select(m => (Cell[])[m.Set, m.File, isPlan ? "pending" : Format.Duration(m.Duration ?? TimeSpan.Zero)]));
        text.Line(
            isPlan ? $"{Format.Count(migrations.Count)} pending; nothing was changed." : $"{Format.Count(migrations.Count)} applied.",
            isPlan ? TextReport.Doubtful : TextReport.Good);
    }

    public override void Write(JsonReport json)
    {
        json.Flag("plan", isPlan);
        json.Texts("sets", sets);
        json.Objects("migrations", migrations, static (json, migration) =>
        {
            json.Text("set", migration.Set);
            json.Text("version", migration.Version);
            json.Text("name", migration.Name);
            json.Text("file", migration.File);
            json.Count("duration_ms", (long?)migration.Duration?.TotalMilliseconds);
        });
    }
}

using EtlTools.Cli.Commands;
using EtlTools.Core.Status;
using EtlTools.Core.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtlTools.Cli.Rendering;

/// <summary>What is going on, redrawn in place on a terminal; what has ended meanwhile stands below, the newest first.</summary>
internal sealed class ActivityScreen(IAnsiConsole console, SecretScrubber scrubber)
{
    private const int MostEnded = 5;
    private const int BarCells = 20;

    private readonly List<Activity> _ended = [];

    /// <summary>Runs the work, which shows what it finds.</summary>
    public Task RunAsync(Func<Action<ActivityView>, Task> work, TimeProvider time) =>
        console.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Ellipsis).StartAsync(
            context => work(view => context.UpdateTarget(Draw(view, time.GetUtcNow()))));

    /// <summary>The screen for what a look has found.</summary>
    internal IRenderable Draw(ActivityView view, DateTimeOffset now)
    {
        foreach (var activity in view.Activities.Where(activity => !activity.IsRunning)) _ended.Insert(0, activity);
        if (_ended.Count > MostEnded) _ended.RemoveRange(MostEnded, _ended.Count - MostEnded);
        var running = view.Activities.Where(activity => activity.IsRunning).ToList();
        var parts = new List<IRenderable> { Line($"{Format.Time(now)}  {Heading(view, running.Count)}", view.Trouble is null ? TextReport.Heading : TextReport.Bad) };
        if (running.Count > 0) parts.Add(Running(running));
        parts.AddRange(_ended.Select(activity => Line(Ended(activity), ActivityText.Style(activity))));
        return new Rows(parts);
    }

    private static string Heading(ActivityView view, int running) => view.Trouble is { } trouble
        ? $"{trouble.ReplaceLineEndings(" ")} It is tried again."
        : running == 0 ? "Nothing is going on. Ctrl-C ends." : "Ctrl-C ends.";

    private Table Running(List<Activity> activities)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = true };
        foreach (var heading in (string[])["table", "what", "", "rows", "of", "rows/s", "left", "refused"])
        {
            var column = new TableColumn(new Text(heading, Style.Parse(TextReport.Heading))) { NoWrap = true, Padding = new Padding(0, 0, 1, 0) };
            table.AddColumn(heading is "table" or "what" or "" ? column : column.RightAligned());
        }

        foreach (var activity in activities)
        {
            table.AddRow(
                new Text(Format.Shorten(scrubber.Scrub(activity.Name), 30)), Cell(ActivityText.Kind(activity)), Bar(activity), Cell(Format.Count(activity.Rows)),
                Cell(activity.Expected is { } expected ? Format.Count(expected) : ""), Cell(activity.RowsPerSecond >= 1 ? Format.Count((long)activity.RowsPerSecond) : ""),
                Cell(activity.Left is { } left ? Format.Duration(left) : ""),
                new Text(activity.Quarantined > 0 ? Format.Count(activity.Quarantined) : "", Style.Parse(TextReport.Doubtful)));
        }

        return table;
    }

    private static Text Bar(Activity activity)
    {
        if (!activity.IsAlive) return new Text("no sign of life", Style.Parse(TextReport.Doubtful));
        if (activity.Building.Count > 0) return new Text(Format.Shorten(ActivityText.Status(activity), BarCells + 5));
        if (ActivityText.Percent(activity) is not { } percent) return new Text("");
        var filled = percent * BarCells / 100;
        return new Text($"{new string('━', filled)}{new string('╌', BarCells - filled)} {percent} %", Style.Parse(TextReport.Good));
    }

    private static string Ended(Activity activity)
    {
        var text = $"{Format.Time(activity.EndedAt)}  {activity.Name} ({ActivityText.Kind(activity)}): {activity.Status}, {Format.Count(activity.Rows)} rows";
        if (activity.Quarantined > 0) text += $", {Format.Count(activity.Quarantined)} quarantined";
        return activity.Error is { } error ? $"{text}. {Format.Shorten(error, 200)}" : text;
    }

    private Text Line(string text, string style) => new(scrubber.Scrub(text), Style.Parse(style)) { Overflow = Overflow.Ellipsis };

    private static Text Cell(string text) => new(text);
}

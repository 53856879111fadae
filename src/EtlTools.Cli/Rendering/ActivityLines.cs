using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtlTools.Cli.Commands;
using EtlTools.Cli.Parsing;
using EtlTools.Core.Status;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// What is going on, a line for each change, for whatever reads the output of a job. With <c>--json</c> a line is a JSON object: <c>at</c>,
/// <c>id</c>, <c>name</c>, <c>operation</c>, <c>mode</c>, <c>dry_run</c>, <c>status</c>, <c>is_alive</c>, <c>started_at</c>, <c>ended_at</c>, <c>rows</c>,
/// <c>expected</c>, <c>rows_per_second</c>, <c>seconds_left</c>, <c>quarantined</c>, <c>partitions_done</c>, <c>partitions</c>, <c>building</c>, <c>processes</c>, <c>error</c>;
/// or <c>at</c> and <c>trouble</c> while the database cannot be asked.
/// </summary>
internal sealed class ActivityLines(TextWriter output, SecretScrubber scrubber, TimeProvider time, GlobalArguments arguments)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<Guid, string> _last = [];
    private string? _trouble;

    public void Show(ActivityView view)
    {
        if (arguments.IsQuiet) return;
        if (view.Trouble is { } trouble && trouble != _trouble) Write(trouble);
        _trouble = view.Trouble;
        foreach (var activity in view.Activities)
        {
            // What changes by itself, without anything having got on, is no change.
            var state = $"{activity.Status} {activity.IsAlive} {activity.Rows} {activity.Expected} {activity.Quarantined} {activity.Partitions} {activity.Building.Count} {activity.Error}";
            if (_last.GetValueOrDefault(activity.Id) == state) continue;
            _last[activity.Id] = state;
            output.WriteLine(arguments.IsJson ? JsonSerializer.Serialize(Fields(activity), Json) : Text(activity));
        }

        output.Flush();
    }

    private void Write(string trouble)
    {
        var text = scrubber.Scrub(trouble);
        output.WriteLine(arguments.IsJson ? JsonSerializer.Serialize(new { At = Iso(time.GetUtcNow()), Trouble = text }, Json) : $"{Now()}  {text.ReplaceLineEndings(" ")} It is tried again.");
    }

    private string Text(Activity activity)
    {
        var parts = new List<string> { ActivityText.Status(activity), ActivityText.Rows(activity) };
        if (activity.Partitions is var (done, all)) parts.Add($"{Format.Count(done)} of {Format.Count(all)} partitions");
        if (activity.RowsPerSecond >= 1) parts.Add($"{Format.Count((long)activity.RowsPerSecond)} rows/s");
        if (activity is { IsRunning: true, Left: { } left }) parts.Add($"{Format.Duration(left)} left");
        if (activity.Quarantined > 0) parts.Add($"{Format.Count(activity.Quarantined)} quarantined");
        if (activity.Error is { } error) parts.Add(Format.Shorten(scrubber.Scrub(error), 300));
        return $"{Now()}  {activity.Name} ({ActivityText.Kind(activity)}): {string.Join(", ", parts)}";
    }

    private object Fields(Activity activity) => new
    {
        At = Iso(time.GetUtcNow()),
        Id = activity.Id.ToString(),
        activity.Name,
        activity.Operation,
        activity.Mode,
        activity.DryRun,
        activity.Status,
        activity.IsAlive,
        StartedAt = Iso(activity.StartedAt),
        EndedAt = activity.EndedAt is { } ended ? Iso(ended) : null,
        activity.Rows,
        activity.Expected,
        RowsPerSecond = Math.Round(activity.RowsPerSecond, 1),
        SecondsLeft = activity.Left is { } left ? Math.Round(left.TotalSeconds, 1) : (double?)null,
        activity.Quarantined,
        PartitionsDone = activity.Partitions?.Done,
        Partitions = activity.Partitions?.All,
        activity.Building,
        activity.Processes,
        Error = scrubber.Scrub(activity.Error),
    };

    private string Now() => Format.Time(time.GetUtcNow());

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

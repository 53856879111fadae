using System.Text.Json;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cli.Rendering;

/// <summary>A tick of <c>sync --every</c> as one line: text for people, one JSON object a line with <c>--json</c>.</summary>
internal static class TickLine
{
    /// <summary>For people: when, what moved, what failed, what waits.</summary>
    public static string Text(SyncTick tick, SecretScrubber scrubber)
    {
        var moved = tick.Results.Where(result => result.Run.Counts.Read > 0)
            .Select(result => FormattableString.Invariant($"{result.Run.Pipeline}: {result.Run.Counts.Inserted} inserted, {result.Run.Counts.Updated} updated")
                + (result.Run.Counts.Quarantined > 0 ? FormattableString.Invariant($", {result.Run.Counts.Quarantined} quarantined") : ""));
        var failed = tick.Results.Where(result => result.Error is not null)
            .Select(result => $"{result.Run.Pipeline} {result.Run.Status}: {Failure.Of(result.Error!).Message}");
        var idle = tick.Results.Count(result => result.Run.Status == RunStatus.Idle);
        var parts = moved.Concat(failed)
            .Append(idle == 0 ? "" : FormattableString.Invariant($"{idle} idle"))
            .Append(tick.Waiting.Count == 0 ? "" : $"waiting after failures: {string.Join(", ", tick.Waiting)}")
            .Append(tick.Error is { } error ? $"no table could be run: {Failure.Of(error).Message}" : "")
            .Where(part => part.Length > 0);
        return scrubber.Scrub($"{tick.Begun.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {string.Join("; ", parts)}") ?? "";
    }

    /// <summary>For programs: <c>tick</c>, <c>begun</c>, <c>next</c>, <c>runs</c> (pipeline, status, figures, error), <c>waiting</c>, <c>error</c>.</summary>
    public static string Json(SyncTick tick, SecretScrubber scrubber) => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["tick"] = tick.Number,
        ["begun"] = tick.Begun.UtcDateTime,
        ["next"] = tick.Next.UtcDateTime,
        ["runs"] = tick.Results.Select(result => new Dictionary<string, object?>
        {
            ["pipeline"] = result.Run.Pipeline,
            ["status"] = result.Run.Status,
            ["read"] = result.Run.Counts.Read,
            ["inserted"] = result.Run.Counts.Inserted,
            ["updated"] = result.Run.Counts.Updated,
            ["unchanged"] = result.Run.Counts.Unchanged,
            ["quarantined"] = result.Run.Counts.Quarantined,
            ["deleted"] = result.Run.Deleted,
            ["error"] = result.Error is { } error ? scrubber.Scrub(Failure.Of(error).Message) : null,
        }).ToList(),
        ["waiting"] = tick.Waiting,
        ["error"] = tick.Error is { } failure ? scrubber.Scrub(Failure.Of(failure).Message) : null,
    });
}

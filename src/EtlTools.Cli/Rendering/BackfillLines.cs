using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtlTools.Core.Backfill;
using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>Writes a snapshot as one line of JSON, at most every few seconds.</summary>
internal sealed class BackfillLines(TextWriter output) : IProgress<BackfillSnapshot>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock _lock = new();
    private DateTimeOffset _last;

    public void Report(BackfillSnapshot value)
    {
        lock (_lock)
        {
            if (value.At - _last < Interval && !value.Plan.IsFinished) return;
            _last = value.At;
            output.WriteLine(JsonSerializer.Serialize(Fields(value), Json));
            output.Flush();
        }
    }

    private static object Fields(BackfillSnapshot value)
    {
        var counts = value.Counts;
        return new
        {
            At = value.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            Backfill = value.Plan.Name,
            value.Plan.Status,
            RecordsRead = counts.Read,
            value.Expected,
            counts.Inserted,
            counts.Updated,
            counts.Unchanged,
            counts.Superseded,
            counts.Quarantined,
            RowsPerSecond = Math.Round(value.RowsPerSecond, 1),
            SecondsLeft = value.Left is { } left ? Math.Round(left.TotalSeconds, 1) : (double?)null,
            Partitions = value.Partitions.Count,
            Done = value.Count(PartitionStatus.Done),
            Running = value.Count(PartitionStatus.Running),
            Parked = value.Count(PartitionStatus.Parked),
            value.Failing,
            value.Building,
        };
    }
}

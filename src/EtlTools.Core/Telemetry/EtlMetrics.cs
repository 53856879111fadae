using System.Diagnostics.Metrics;

namespace EtlTools.Core.Telemetry;

/// <summary>
/// The meter <c>EtlTools</c>, for <c>dotnet-counters</c>, OpenTelemetry and whatever else listens; costs nothing while nobody does.
/// </summary>
public static class EtlMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "EtlTools";

    private static readonly Meter Meter = new(MeterName, typeof(EtlMetrics).Assembly.GetName().Version?.ToString(3));

    private static readonly Counter<long> RowCounter =
        Meter.CreateCounter<long>("etl.rows", "{row}", "Rows by pipeline and outcome: inserted, updated, unchanged, superseded, quarantined, deleted.");

    private static readonly Counter<long> RunCounter = Meter.CreateCounter<long>("etl.runs", "{run}", "Ended runs by pipeline and status.");

    private static readonly Counter<long> ByteCounter = Meter.CreateCounter<long>("etl.bytes", "By", "Bytes moved, by pipeline.");

    private static readonly Histogram<double> BatchDuration = Meter.CreateHistogram<double>("etl.batch.duration", "s", "Time from the first row of a batch to its commit.");

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram<double>("etl.run.duration", "s", "Time of a whole run.");

    /// <summary>Counts rows with one outcome.</summary>
    /// <param name="pipeline">Whose rows.</param>
    /// <param name="outcome"><c>inserted</c>, <c>updated</c>, <c>unchanged</c>, <c>superseded</c>, <c>quarantined</c> or <c>deleted</c>.</param>
    /// <param name="count">How many; 0 is not counted.</param>
    public static void Rows(string pipeline, string outcome, long count)
    {
        if (count > 0)
            RowCounter.Add(count, Tag("pipeline", pipeline), Tag("outcome", outcome));
    }

    /// <summary>Counts a committed batch.</summary>
    public static void Batch(string pipeline, long bytes, TimeSpan duration)
    {
        ByteCounter.Add(bytes, Tag("pipeline", pipeline));
        BatchDuration.Record(duration.TotalSeconds, Tag("pipeline", pipeline));
    }

    /// <summary>Counts an ended run.</summary>
    public static void Run(string pipeline, string status, TimeSpan duration)
    {
        RunCounter.Add(1, Tag("pipeline", pipeline), Tag("status", status));
        RunDuration.Record(duration.TotalSeconds, Tag("pipeline", pipeline), Tag("status", status));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}

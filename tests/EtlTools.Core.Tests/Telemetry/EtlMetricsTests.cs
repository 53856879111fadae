using System.Diagnostics.Metrics;
using EtlTools.Core.Telemetry;
using Xunit;

namespace EtlTools.Core.Tests.Telemetry;

public sealed class EtlMetricsTests
{
    [Fact]
    public void Listeners_see_rows_by_outcome_and_runs_by_status()
    {
        var pipeline = Guid.NewGuid().ToString();
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == EtlMetrics.MeterName)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();

        EtlMetrics.Rows(pipeline, "inserted", 5);
        EtlMetrics.Rows(pipeline, "updated", 0);
        EtlMetrics.Batch(pipeline, 100, TimeSpan.FromSeconds(2));
        EtlMetrics.Run(pipeline, "done", TimeSpan.FromSeconds(3));

        Assert.Equal(["etl.rows 5 inserted", "etl.bytes 100", "etl.batch.duration 2", "etl.runs 1 done", "etl.run.duration 3 done"], seen);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var values = tags.ToArray();
            if (Equals(values[0].Value, pipeline))
                seen.Add(string.Join(' ', [instrument.Name, value.ToString(System.Globalization.CultureInfo.InvariantCulture), .. values.Skip(1).Select(t => t.Value)]));
        }
    }
}

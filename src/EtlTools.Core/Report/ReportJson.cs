using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtlTools.Core.State;

namespace EtlTools.Core.Report;

/// <summary>
/// A report as JSON: the model's fields in snake_case, times in ISO 8601, durations in milliseconds, counts under the names of
/// <c>etl.run</c>. Fields are only ever added.
/// </summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n",
        // Readable, and for files and programs only: HTML has a writer of its own.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new CountsConverter(), new TimeConverter(), new RateConverter() },
    };

    /// <summary>The document.</summary>
    public static string Render(BackfillReport report) => JsonSerializer.Serialize(report, s_options);

    private sealed class CountsConverter : JsonConverter<RowCounts>
    {
        public override RowCounts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, RowCounts value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteNumber("records_read", value.Read);
            writer.WriteNumber("records_processed", value.Processed);
            writer.WriteNumber("inserted", value.Inserted);
            writer.WriteNumber("updated", value.Updated);
            writer.WriteNumber("unchanged", value.Unchanged);
            writer.WriteNumber("superseded", value.Superseded);
            writer.WriteNumber("quarantined", value.Quarantined);
            writer.WriteNumber("dropped", value.Dropped);
            writer.WriteEndObject();
        }
    }

    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Rates and spread rows: three digits, so that sums are right.</summary>
    private sealed class RateConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value, 3));
    }
}

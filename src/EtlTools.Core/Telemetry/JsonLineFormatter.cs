using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;

namespace EtlTools.Core.Telemetry;

/// <summary>One JSON object a line: at, level, event, event_id, category, message, the event's own properties, exception.</summary>
internal sealed class JsonLineFormatter(TimeProvider time, SecretScrubber scrubber) : ITextFormatter
{
    private static readonly HashSet<string> Reserved = ["at", "level", "event", "event_id", "category", "message", "exception"];

    /// <summary>Chinese text stays readable; the file is not HTML.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = LogLine.From(logEvent, time, scrubber);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, line);

        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Write('\n');
    }

    private static void Write(Utf8JsonWriter json, LogLine line)
    {
        json.WriteStartObject();
        json.WriteString("at", line.At.UtcDateTime);
        json.WriteString("level", line.Level.ToString().ToLowerInvariant());
        if (line.EventName is not null)
            json.WriteString("event", line.EventName);
        if (line.EventId is { } id)
            json.WriteNumber("event_id", id);
        json.WriteString("category", line.Category);
        json.WriteString("message", WellFormed(line.Message));
        foreach (var (name, value) in line.Properties)
            WriteProperty(json, Reserved.Contains(name) ? name + "_" : name, value);
        if (line.Exception is not null)
            json.WriteString("exception", WellFormed(line.Exception));
        json.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case decimal number:
                json.WriteNumber(name, number);
                break;
            case byte or short or int or long:
                json.WriteNumber(name, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteString(name, WellFormed(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!));
                break;
        }
    }

    /// <summary>A key read from a source may hold half a surrogate pair, which no JSON can.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}

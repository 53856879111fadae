using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtlTools.Core.State;

namespace EtlTools.Core.Alerts;

/// <summary>
/// An alert as one JSON object, for programs: <c>source</c>, <c>version</c>, <c>reason</c> (<see cref="Alert.Word"/>), <c>severity</c>,
/// <c>title</c>, <c>message</c>, <c>remedy</c>, <c>operation</c>, <c>name</c>, <c>run_id</c>, <c>code</c>, <c>read</c>, <c>refused</c>,
/// <c>environment</c>, <c>host</c>, <c>at</c>. Every field is always there; null where there is nothing to say.
/// </summary>
internal static class AlertJson
{
    public static byte[] Of(Alert alert) => Write(json =>
    {
        json.WriteString("source", "etl-tools");
        json.WriteString("version", ToolVersion.Current);
        json.WriteString("reason", alert.Word);
        json.WriteString("severity", alert.Severity);
        json.WriteString("title", alert.Title);
        json.WriteString("message", alert.Message);
        json.WriteString("remedy", alert.Remedy);
        json.WriteString("operation", alert.Operation);
        json.WriteString("name", alert.Name);
        json.WriteString("run_id", alert.RunId?.ToString());
        json.WriteString("code", alert.Code);
        WriteCount(json, "read", alert.Read);
        WriteCount(json, "refused", alert.Refused);
        json.WriteString("environment", alert.EnvironmentName);
        json.WriteString("host", alert.Host);
        json.WriteString("at", Time(alert.At));
    });

    /// <summary>A document with one object.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>UTC to the second.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>What people want to know besides the message: names and values, without those that have nothing to say.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(Alert alert)
    {
        if (alert.Name is { } name) yield return (alert.Operation, name);
        if (alert.Code is { } code) yield return ("Code", code);
        if (alert.Read is { } read) yield return ("Rows read", read.ToString("N0", CultureInfo.InvariantCulture));
        if (alert.Refused is { } refused) yield return ("Refused", refused.ToString("N0", CultureInfo.InvariantCulture));
        if (alert.RunId is { } run) yield return ("Run", run.ToString());
        if (alert.EnvironmentName is { } environment) yield return ("Environment", environment);
        yield return ("Host", alert.Host);
        yield return ("Time", Time(alert.At));
    }

    /// <summary>At most so many characters.</summary>
    public static string Shorten(string text, int length)
    {
        if (text.Length <= length) return text;
        var end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return text[..end] + "…";
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long? count)
    {
        if (count is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}

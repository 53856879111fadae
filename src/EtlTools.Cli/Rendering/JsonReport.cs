using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// Writes a result as one JSON document. Field names are snake_case and stable; times are ISO 8601 in UTC; absent values are null.
/// All text passes the scrubber here, value by value, so that the document stays well-formed.
/// </summary>
internal sealed class JsonReport : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _writer;
    private readonly SecretScrubber _scrubber;

    public JsonReport(SecretScrubber scrubber)
    {
        _scrubber = scrubber;
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.WriteStartObject();
    }

    public void Text(string name, string? value) => _writer.WriteString(name, _scrubber.Scrub(value));

    public void Count(string name, long? value)
    {
        if (value is { } count) _writer.WriteNumber(name, count);
        else _writer.WriteNull(name);
    }

    public void Number(string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) _writer.WriteNumber(name, Math.Round(number, 1));
        else _writer.WriteNull(name);
    }

    public void Flag(string name, bool value) => _writer.WriteBoolean(name, value);

    /// <summary>Writes true, false, or null where there is no answer.</summary>
    public void Flag(string name, bool? value)
    {
        if (value is { } answer) _writer.WriteBoolean(name, answer);
        else _writer.WriteNull(name);
    }

    public void Time(string name, DateTimeOffset? value) =>
        _writer.WriteString(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>A value that is JSON already: a row's key or payload, exactly as stored.</summary>
    public void Raw(string name, string? json)
    {
        _writer.WritePropertyName(name);
        if (json is null) _writer.WriteNullValue();
        else _writer.WriteRawValue(json);
    }

    public void Texts(string name, IEnumerable<string> values)
    {
        _writer.WriteStartArray(name);
        foreach (var value in values) _writer.WriteStringValue(_scrubber.Scrub(value));
        _writer.WriteEndArray();
    }

    public void Objects<T>(string name, IEnumerable<T> items, Action<JsonReport, T> write)
    {
        _writer.WriteStartArray(name);
        foreach (var item in items)
        {
            _writer.WriteStartObject();
            write(this, item);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    public void Object(string name, Action<JsonReport>? write)
    {
        if (write is null)
        {
            _writer.WriteNull(name);
            return;
        }

        _writer.WriteStartObject(name);
        write(this);
        _writer.WriteEndObject();
    }

    /// <summary>Ends the document and returns it.</summary>
    public string Complete()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    public void Dispose() => _writer.Dispose();
}

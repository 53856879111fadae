using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EtlTools.Server.Http;

/// <summary>Makes the one JSON object that every answer is: <c>data</c>, <c>code</c>, <c>message</c>, <c>success</c>.</summary>
internal static class WireAnswer
{
    // The drivers' own parsers read \u escapes of letters wrongly: text goes out as UTF-8.
    private static readonly JsonWriterOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    /// <summary>A success; <paramref name="data"/> writes properties of the data object.</summary>
    internal static byte[] Success(Action<Utf8JsonWriter> data, string? code = null, string? message = null) => Make(json =>
    {
        json.WriteStartObject("data");
        data(json);
        json.WriteEndObject();
        Envelope(json, code, message, true);
    });

    /// <summary>A success that says nothing.</summary>
    internal static byte[] Empty() => Make(json =>
    {
        json.WriteNull("data");
        Envelope(json, null, null, true);
    });

    /// <summary>A refusal. Its data is never null: the drivers read SQLSTATE and query id from there.</summary>
    internal static byte[] Failure(WireError error) => Make(json =>
    {
        json.WriteStartObject("data");
        json.WriteBoolean("internalError", false);
        json.WriteString("errorCode", error.Code);
        json.WriteString("sqlState", error.SqlState);
        json.WriteString("queryId", error.QueryId);
        json.WriteNumber("age", 0);
        json.WriteString("type", error.Message.StartsWith("SQL compilation error", StringComparison.Ordinal) ? "COMPILATION" : "EXECUTION");
        json.WriteEndObject();
        Envelope(json, error.Code, error.Message, false);
    });

    /// <summary>Seconds of a period, as the protocol has them.</summary>
    internal static long Seconds(TimeSpan period) => (long)period.TotalSeconds;

    /// <summary>A vendor code as the protocol has it.</summary>
    internal static string Code(int code) => code.ToString("D6", CultureInfo.InvariantCulture);

    private static byte[] Make(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Raw))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Envelope(Utf8JsonWriter json, string? code, string? message, bool success)
    {
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteBoolean("success", success);
    }
}

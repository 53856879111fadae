using System.Text.Json;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>VARIANT, OBJECT and ARRAY from JSON text; blank text is NULL, as with PARSE_JSON.</summary>
internal sealed class JsonWriter(TypeKind kind) : ColumnWriter
{
    internal static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    internal override Fault? Write(ReadOnlySpan<byte> value, CopyText output)
    {
        if (Trim(value).Length == 0)
        {
            output.Null();
            return null;
        }

        if (Check(value, out var first) is { } fault) return fault;
        if (first == JsonTokenType.Null && kind != TypeKind.Variant)
        {
            output.Null();
            return null;
        }

        if ((kind == TypeKind.Object && first != JsonTokenType.StartObject) || (kind == TypeKind.Array && first != JsonTokenType.StartArray))
            return new Fault(100071, "22000", $"Failed to cast variant value {Fault.Text(value)} to {kind.ToString().ToUpperInvariant()}");
        return output.Text(value) ? null : Fault.Nul;
    }

    /// <summary>Checks that the text is one JSON value that PostgreSQL can keep.</summary>
    internal static Fault? Check(ReadOnlySpan<byte> json, out JsonTokenType first)
    {
        first = JsonTokenType.None;
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            while (reader.Read())
            {
                if (first == JsonTokenType.None) first = reader.TokenType;
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
                // Half a surrogate pair fails here, as it does in Snowflake.
                if (reader.GetString()!.Contains('\0', StringComparison.Ordinal)) return Fault.Nul;
            }

            return System.Text.Unicode.Utf8.IsValid(json) ? null : Fault.Utf8(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Fault.Json(json);
        }
    }
}

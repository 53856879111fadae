using System.Text.Json;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.Server.Results;

/// <summary>A column's metadata, with the type names of the wire.</summary>
internal static class RowType
{
    internal static void Write(Utf8JsonWriter json, ResultColumn column)
    {
        var type = column.Type;
        var isNumber = type.Kind == TypeKind.Number;
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WriteString("database", "");
        json.WriteString("schema", "");
        json.WriteString("table", "");
        json.WriteString("type", NameOf(type.Kind));
        json.WriteBoolean("nullable", column.Nullable);
        Number(json, "precision", isNumber ? type.Precision : null);
        Number(json, "scale", isNumber || type.Kind == TypeKind.Time || type.IsTimestamp ? type.Scale : null);
        Number(json, "length", Length(type));
        Number(json, "byteLength", type.Kind == TypeKind.Binary ? Length(type) : Length(type) is { } length ? (int)Math.Min(SnowType.MaxText, length * 4L) : null);
        json.WriteNull("collation");
        json.WriteEndObject();
    }

    private static int? Length(SnowType type) => type.Kind switch
    {
        TypeKind.Text or TypeKind.Null => type.Length == 0 ? SnowType.MaxText : type.Length,
        TypeKind.Binary => type.Length == 0 ? SnowType.MaxBinary : type.Length,
        _ => null,
    };

    private static string NameOf(TypeKind kind) => kind switch
    {
        TypeKind.Number => "fixed",
        TypeKind.Float => "real",
        TypeKind.Boolean => "boolean",
        TypeKind.Date => "date",
        TypeKind.Time => "time",
        TypeKind.TimestampNtz => "timestamp_ntz",
        TypeKind.TimestampLtz => "timestamp_ltz",
        TypeKind.TimestampTz => "timestamp_tz",
        TypeKind.Binary => "binary",
        TypeKind.Variant => "variant",
        TypeKind.Object => "object",
        TypeKind.Array => "array",
        _ => "text",
    };

    private static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}

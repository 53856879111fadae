using System.Globalization;
using System.Text.Json;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;
using EtlTools.Server.Http;

namespace EtlTools.Server.Queries;

/// <summary>The values bound to a statement.</summary>
/// <param name="First">Those of the statement, or of its first row.</param>
/// <param name="Rows">Those of each row of array bindings; null when no array is bound.</param>
internal sealed record WireBindings(IReadOnlyList<BoundValue> First, IReadOnlyList<IReadOnlyList<BoundValue>>? Rows)
{
    internal static WireBindings None { get; } = new([], null);

    /// <summary>Reads them: each is text in the unit its type has on the wire.</summary>
    /// <exception cref="RefusedException">They are malformed, or arrays have no or different numbers of elements.</exception>
    internal static WireBindings Read(JsonElement bindings)
    {
        var columns = bindings.EnumerateObject().Select(Column).ToList();
        if (!columns.Any(c => c.IsArray)) return new WireBindings([.. columns.Select(c => c.Values[0])], null);
        if (columns.Any(c => !c.IsArray)) throw new RefusedException(WireError.BadRequest("some bindings are arrays and others are not."));
        var count = columns[0].Values.Count;
        if (count == 0) throw new RefusedException(WireError.BadRequest("array bindings without an element."));
        if (columns.Any(c => c.Values.Count != count)) throw new RefusedException(WireError.BadRequest("array bindings of different lengths."));
        var rows = new List<IReadOnlyList<BoundValue>>(count);
        for (var row = 0; row < count; row++) rows.Add(columns.ConvertAll(c => c.Values[row]));
        return new WireBindings(rows[0], rows);
    }

    private static (bool IsArray, List<BoundValue> Values) Column(JsonProperty binding)
    {
        if (binding.Value.ValueKind != JsonValueKind.Object) throw new RefusedException(WireError.BadRequest($"binding '{binding.Name}' is not an object."));
        var type = (Exchange.Text(binding.Value, "type") ?? "TEXT").ToUpperInvariant();
        if (binding.Value.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array)
        {
            return (true, [.. value.EnumerateArray().Select(item => Value(binding.Name, type, item.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => item.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => item.GetRawText(),
                _ => throw Bad(binding.Name, type),
            }))]);
        }

        return (false, [Value(binding.Name, type, Exchange.Text(binding.Value, "value"))]);
    }

    private static BoundValue Value(string name, string type, string? text)
    {
        var snow = Type(name, type, text);
        if (text is null) return new BoundValue(name, snow, null);
        try
        {
            return type switch
            {
                "FIXED" => new BoundValue(name, snow, Number(text)),
                "REAL" => new BoundValue(name, snow, Real(text)),
                "BOOLEAN" => new BoundValue(name, snow, text.ToUpperInvariant() switch { "TRUE" or "1" => true, "FALSE" or "0" => false, _ => throw Bad(name, type) }),
                "DATE" => new BoundValue(name, snow, DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(Integer(text)))),
                "TIME" => new BoundValue(name, snow, TimeOnly.FromTimeSpan(new TimeSpan(Ticks(text)))),
                "TIMESTAMP_NTZ" => new BoundValue(name, snow, DateTime.SpecifyKind(DateTime.UnixEpoch.AddTicks(Ticks(text)), DateTimeKind.Unspecified)),
                "TIMESTAMP_LTZ" => new BoundValue(name, snow, DateTime.UnixEpoch.AddTicks(Ticks(text))),
                "TIMESTAMP_TZ" when text.Split(' ') is [var nanos, var offset] =>
                    new BoundValue(name, snow, DateTime.UnixEpoch.AddTicks(Ticks(nanos)), (short)(checked((short)Integer(offset)) - 1440)),
                "BINARY" => new BoundValue(name, snow, Convert.FromHexString(text)),
                "TIMESTAMP_TZ" => throw Bad(name, type),
                _ => new BoundValue(name, snow, StringLiteral.RefuseNul(text)),
            };
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw Bad(name, type);
        }
    }

    private static SnowType Type(string name, string type, string? text) => type switch
    {
        "FIXED" => SnowType.Number(38, text is null || !text.Contains('.', StringComparison.Ordinal) ? 0 : Math.Min(37, text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1)),
        "REAL" => SnowType.Float,
        "BOOLEAN" => SnowType.Boolean,
        "DATE" => SnowType.Date,
        "TIME" => SnowType.Time,
        "TIMESTAMP_NTZ" => SnowType.TimestampNtz,
        "TIMESTAMP_LTZ" => SnowType.TimestampLtz,
        "TIMESTAMP_TZ" => SnowType.TimestampTz,
        "BINARY" => SnowType.Binary,
        // Semi-structured values are bound as their JSON text and parsed by the statement.
        "TEXT" or "VARIANT" or "OBJECT" or "ARRAY" => SnowType.Text,
        _ => throw new RefusedException(WireError.Unsupported($"binding '{name}' of type {type}")),
    };

    private static decimal Number(string text)
    {
        var value = decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        // What decimal cannot hold it rounds, and the rounding must not go unseen.
        return text.Count(char.IsAsciiDigit) <= 28 || value.ToString(CultureInfo.InvariantCulture) == text
            ? value
            : throw new RefusedException(WireError.Unsupported($"a bound number of more than 28 digits: {text}"));
    }

    private static double Real(string text) => text.ToUpperInvariant() switch
    {
        "INF" or "INFINITY" => double.PositiveInfinity,
        "-INF" or "-INFINITY" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static long Integer(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>Nanoseconds to .NET's ticks; finer than microseconds is refused, for PostgreSQL underneath would round it.</summary>
    private static long Ticks(string text)
    {
        var nanos = Int128.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return nanos % 1000 == 0 ? checked((long)(nanos / 100)) : throw new RefusedException(WireError.Unsupported("a bound time finer than microseconds"));
    }

    private static RefusedException Bad(string name, string type) =>
        new(new WireError("100132", "22000", $"The value of binding '{name}' is no {type}."));
}

using System.Globalization;
using System.Text.Json;
using EtlTools.LocalWarehouse.Engine;

namespace EtlTools.Server.Sessions;

/// <summary>The parameters a driver is told at login and with every answer; it formats values and prefetches chunks by them.</summary>
internal static class SessionParameterList
{
    private static readonly string[] OfTheSession =
    [
        "TIMEZONE", "DATE_OUTPUT_FORMAT", "TIME_OUTPUT_FORMAT", "TIMESTAMP_OUTPUT_FORMAT", "TIMESTAMP_NTZ_OUTPUT_FORMAT", "TIMESTAMP_LTZ_OUTPUT_FORMAT",
        "TIMESTAMP_TZ_OUTPUT_FORMAT", "BINARY_OUTPUT_FORMAT",
    ];

    internal static void Write(Utf8JsonWriter json, SessionParameters parameters)
    {
        json.WriteStartArray("parameters");
        foreach (var name in OfTheSession) Write(json, name, w => w.WriteString("value", parameters[name]));
        Write(json, "AUTOCOMMIT", w => w.WriteBoolean("value", parameters.Autocommit));
        Write(json, "CLIENT_SESSION_KEEP_ALIVE", w => w.WriteBoolean("value", parameters["CLIENT_SESSION_KEEP_ALIVE"] == "true"));
        Write(json, "CLIENT_TELEMETRY_ENABLED", w => w.WriteBoolean("value", false));
        Write(json, "CLIENT_PREFETCH_THREADS", w => w.WriteNumber("value", 4));
        Write(json, "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", w => w.WriteNumber("value", int.Parse(parameters["CLIENT_STAGE_ARRAY_BINDING_THRESHOLD"], CultureInfo.InvariantCulture)));
        Write(json, "QUERY_CONTEXT_CACHE_SIZE", w => w.WriteNumber("value", 5));
        json.WriteEndArray();
    }

    /// <summary>Takes over what a driver asks for at login. Its own settings, which the warehouse does not know, are its own affair.</summary>
    internal static void Apply(JsonElement wanted, SessionParameters parameters)
    {
        if (wanted.ValueKind != JsonValueKind.Object) return;
        var known = parameters.All.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var property in wanted.EnumerateObject())
        {
            var name = property.Name.ToUpperInvariant();
            if (!known.Contains(name) || name.StartsWith("CLIENT_", StringComparison.Ordinal)) continue;
            parameters.Set(name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText().ToLowerInvariant());
        }
    }

    private static void Write(Utf8JsonWriter json, string name, Action<Utf8JsonWriter> value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        value(json);
        json.WriteEndObject();
    }
}

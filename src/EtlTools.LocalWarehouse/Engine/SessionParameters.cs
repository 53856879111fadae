using System.Globalization;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Formats;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>The session parameters this warehouse knows, with Snowflake's defaults; any other name is an error.</summary>
internal sealed class SessionParameters
{
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["TIMEZONE"] = "America/Los_Angeles",
        ["QUERY_TAG"] = "",
        ["AUTOCOMMIT"] = "true",
        ["STATEMENT_TIMEOUT_IN_SECONDS"] = "172800",
        ["LOCK_TIMEOUT"] = "43200",
        ["DATE_INPUT_FORMAT"] = "AUTO",
        ["TIME_INPUT_FORMAT"] = "AUTO",
        ["TIMESTAMP_INPUT_FORMAT"] = "AUTO",
        ["DATE_OUTPUT_FORMAT"] = "YYYY-MM-DD",
        ["TIME_OUTPUT_FORMAT"] = "HH24:MI:SS",
        ["TIMESTAMP_OUTPUT_FORMAT"] = "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
        ["TIMESTAMP_NTZ_OUTPUT_FORMAT"] = "YYYY-MM-DD HH24:MI:SS.FF3",
        ["TIMESTAMP_LTZ_OUTPUT_FORMAT"] = "",
        ["TIMESTAMP_TZ_OUTPUT_FORMAT"] = "",
        ["BINARY_OUTPUT_FORMAT"] = "HEX",
        ["BINARY_INPUT_FORMAT"] = "HEX",
        ["TIMESTAMP_TYPE_MAPPING"] = "TIMESTAMP_NTZ",
        ["ERROR_ON_NONDETERMINISTIC_MERGE"] = "true",
        ["ERROR_ON_NONDETERMINISTIC_UPDATE"] = "false",
        ["CLIENT_SESSION_KEEP_ALIVE"] = "false",
        ["CLIENT_STAGE_ARRAY_BINDING_THRESHOLD"] = "65280",
        ["CLIENT_TELEMETRY_ENABLED"] = "true",
        ["USE_CACHED_RESULT"] = "true",
        ["MULTI_STATEMENT_COUNT"] = "1",
        ["WEEK_START"] = "0",
        ["JSON_INDENT"] = "2",
        ["ABORT_DETACHED_QUERY"] = "false",
    };

    /// <summary>Parameters that can be named but only hold the value the warehouse behaves by.</summary>
    private static readonly HashSet<string> Fixed = new(StringComparer.Ordinal)
    {
        "DATE_INPUT_FORMAT", "TIME_INPUT_FORMAT", "TIMESTAMP_INPUT_FORMAT", "BINARY_INPUT_FORMAT", "TIMESTAMP_TYPE_MAPPING", "ERROR_ON_NONDETERMINISTIC_MERGE", "ERROR_ON_NONDETERMINISTIC_UPDATE", "MULTI_STATEMENT_COUNT", "WEEK_START",
    };

    private readonly Dictionary<string, string> _values = new(Defaults, StringComparer.Ordinal);

    internal string this[string name] => _values[name];

    internal IEnumerable<(string Name, string Value, string Default)> All =>
        _values.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value, Defaults[p.Key]));

    internal bool Autocommit => this["AUTOCOMMIT"] == "true";

    internal string TimeZone => this["TIMEZONE"];

    internal int StatementTimeout => int.Parse(this["STATEMENT_TIMEOUT_IN_SECONDS"], CultureInfo.InvariantCulture);

    internal TimeFormat Date => TimeFormat.Parse(this["DATE_OUTPUT_FORMAT"]);

    internal TimeFormat Time => TimeFormat.Parse(this["TIME_OUTPUT_FORMAT"]);

    internal TimeFormat TimestampNtz => Timestamp("TIMESTAMP_NTZ_OUTPUT_FORMAT");

    internal TimeFormat TimestampLtz => Timestamp("TIMESTAMP_LTZ_OUTPUT_FORMAT");

    internal TimeFormat TimestampTz => Timestamp("TIMESTAMP_TZ_OUTPUT_FORMAT");

    /// <summary>Checks and sets a parameter; returns the value as kept.</summary>
    internal string Set(string name, string value)
    {
        Known(name);
        var checkedValue = Check(name, value);
        if (Fixed.Contains(name) && checkedValue != Defaults[name])
            throw WarehouseErrors.Unsupported($"{name} = {value}");
        return _values[name] = checkedValue;
    }

    internal void Unset(string name)
    {
        Known(name);
        _values[name] = Defaults[name];
    }

    private TimeFormat Timestamp(string name) =>
        TimeFormat.Parse(this[name].Length > 0 ? this[name] : this["TIMESTAMP_OUTPUT_FORMAT"]);

    private static void Known(string name)
    {
        if (!Defaults.ContainsKey(name))
            throw WarehouseErrors.Compilation(1006, "22023", $"invalid session parameter '{name}': the local warehouse does not know it.");
    }

    private static string Check(string name, string value)
    {
        if (Defaults[name] is "true" or "false")
        {
            var lower = value.ToLowerInvariant();
            return lower is "true" or "false" ? lower : throw WarehouseErrors.InvalidValue(value, name);
        }

        if (int.TryParse(Defaults[name], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? value : throw WarehouseErrors.InvalidValue(value, name);
        }

        if (name == "BINARY_OUTPUT_FORMAT")
        {
            var upper = value.ToUpperInvariant();
            return upper is "HEX" or "BASE64" or "UTF-8" or "UTF8" ? upper.Replace("UTF8", "UTF-8", StringComparison.Ordinal) : throw WarehouseErrors.InvalidValue(value, name);
        }

        if (name.EndsWith("_FORMAT", StringComparison.Ordinal) && name.Contains("OUTPUT", StringComparison.Ordinal))
        {
            if (value.Length == 0 && !name.StartsWith("TIMESTAMP_", StringComparison.Ordinal)) throw WarehouseErrors.InvalidValue(value, name);
            TimeFormat.Parse(value);
        }

        if (name == "TIMEZONE" && !TimeZones.IsName(value)) throw WarehouseErrors.InvalidValue(value, name);
        return value;
    }
}

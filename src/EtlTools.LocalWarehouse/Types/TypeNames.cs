using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Types;

/// <summary>Snowflake's type names and synonyms, with the arguments each accepts.</summary>
internal static class TypeNames
{
    /// <summary>Every name of a type.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        "NUMBER", "DECIMAL", "NUMERIC", "DEC", "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT", "FLOAT", "FLOAT4", "FLOAT8", "DOUBLE",
        "DOUBLE PRECISION", "REAL", "VARCHAR", "STRING", "TEXT", "NVARCHAR", "NVARCHAR2", "CHAR VARYING", "NCHAR VARYING", "CHAR", "CHARACTER", "NCHAR",
        "BINARY", "VARBINARY", "BOOLEAN", "DATE", "TIME", "DATETIME", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMPNTZ", "TIMESTAMP WITHOUT TIME ZONE",
        "TIMESTAMP_LTZ", "TIMESTAMPLTZ", "TIMESTAMP WITH LOCAL TIME ZONE", "TIMESTAMP_TZ", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "VARIANT", "OBJECT", "ARRAY",
    ];

    /// <summary>Builds a type from its upper-case name and arguments; null when the name is no type.</summary>
    internal static SnowType? Resolve(string name, IReadOnlyList<int> arguments)
    {
        switch (name)
        {
            case "NUMBER" or "DECIMAL" or "NUMERIC" or "DEC":
                AtMost(name, arguments, 2);
                return Number(arguments);
            case "INT" or "INTEGER" or "BIGINT" or "SMALLINT" or "TINYINT" or "BYTEINT":
                AtMost(name, arguments, 0);
                return SnowType.Integer;
            case "FLOAT" or "FLOAT4" or "FLOAT8" or "DOUBLE" or "DOUBLE PRECISION" or "REAL":
                AtMost(name, arguments, 0);
                return SnowType.Float;
            case "VARCHAR" or "STRING" or "TEXT" or "NVARCHAR" or "NVARCHAR2" or "CHAR VARYING" or "NCHAR VARYING":
                AtMost(name, arguments, 1);
                return SnowType.Varchar(Length(name, arguments, SnowType.MaxText, SnowType.MaxText));
            case "CHAR" or "CHARACTER" or "NCHAR":
                AtMost(name, arguments, 1);
                return SnowType.Varchar(Length(name, arguments, 1, SnowType.MaxText));
            case "BINARY" or "VARBINARY":
                AtMost(name, arguments, 1);
                return new SnowType(TypeKind.Binary, 0, 0, Length(name, arguments, SnowType.MaxBinary, SnowType.MaxBinary));
            case "BOOLEAN": AtMost(name, arguments, 0); return SnowType.Boolean;
            case "DATE": AtMost(name, arguments, 0); return SnowType.Date;
            case "TIME": return SnowType.Time with { Scale = Scale(name, arguments) };
            case "DATETIME" or "TIMESTAMP" or "TIMESTAMP_NTZ" or "TIMESTAMPNTZ" or "TIMESTAMP WITHOUT TIME ZONE":
                return SnowType.TimestampNtz with { Scale = Scale(name, arguments) };
            case "TIMESTAMP_LTZ" or "TIMESTAMPLTZ" or "TIMESTAMP WITH LOCAL TIME ZONE":
                return SnowType.TimestampLtz with { Scale = Scale(name, arguments) };
            case "TIMESTAMP_TZ" or "TIMESTAMPTZ" or "TIMESTAMP WITH TIME ZONE":
                return SnowType.TimestampTz with { Scale = Scale(name, arguments) };
            case "VARIANT": AtMost(name, arguments, 0); return SnowType.Variant;
            case "OBJECT": AtMost(name, arguments, 0); return SnowType.Object;
            case "ARRAY": AtMost(name, arguments, 0); return SnowType.Array;
            default: return null;
        }
    }

    private static SnowType Number(IReadOnlyList<int> arguments)
    {
        var precision = arguments.Count > 0 ? arguments[0] : 38;
        var scale = arguments.Count > 1 ? arguments[1] : 0;
        if (precision is < 1 or > 38)
            throw WarehouseErrors.Compilation(2017, "22023", $"Invalid precision '{precision}': it must be between 1 and 38.");
        if (scale < 0 || scale > Math.Min(precision, 37))
            throw WarehouseErrors.Compilation(2018, "22023", $"Invalid scale '{scale}' for precision '{precision}'.");
        return SnowType.Number(precision, scale);
    }

    private static int Scale(string name, IReadOnlyList<int> arguments)
    {
        AtMost(name, arguments, 1);
        var scale = arguments.Count > 0 ? arguments[0] : 9;
        return scale is >= 0 and <= 9
            ? scale
            : throw WarehouseErrors.Compilation(2018, "22023", $"Invalid scale '{scale}' for {name}: it must be between 0 and 9.");
    }

    private static int Length(string name, IReadOnlyList<int> arguments, int fallback, int maximum)
    {
        var length = arguments.Count > 0 ? arguments[0] : fallback;
        return length >= 1 && length <= maximum
            ? length
            : throw WarehouseErrors.Compilation(2019, "22023", $"Invalid length '{length}' for {name}: it must be between 1 and {maximum}.");
    }

    private static void AtMost(string name, IReadOnlyList<int> arguments, int count)
    {
        if (arguments.Count > count)
            throw WarehouseErrors.Syntax($"too many arguments for data type {name}", 1, 0);
    }
}

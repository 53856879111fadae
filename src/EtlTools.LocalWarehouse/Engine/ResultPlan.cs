using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>Wraps a translated query so that each cell arrives in its cheapest exact form, with the readers for it.</summary>
internal sealed class ResultPlan
{
    private readonly List<string> _wire = [];
    private readonly string _binary;

    /// <param name="query">The query, whose columns are c0, c1, ….</param>
    /// <param name="parameters">The session's output formats.</param>
    /// <param name="binary">The format of BINARY cells, null for the session's.</param>
    internal ResultPlan(TranslatedQuery query, SessionParameters parameters, string? binary = null)
    {
        _binary = binary ?? parameters["BINARY_OUTPUT_FORMAT"];
        Columns = [.. query.Columns.Select(c => new ResultColumn(c.Name, c.Type.Kind == TypeKind.Null ? SnowType.Text : c.Type, c.Nullable))];
        Readers = [.. query.Columns.Select((c, i) => Plan(c, "q.c" + SqlText.Number(i), parameters))];
        Sql = $"COPY (SELECT {string.Join(", ", _wire)} FROM ({query.Sql}) AS q) TO STDOUT (FORMAT BINARY)";
    }

    internal IReadOnlyList<ResultColumn> Columns { get; }

    internal CellReader[] Readers { get; }

    /// <summary>How many fields a row of <see cref="Sql"/> has: some columns need two.</summary>
    internal int FieldCount => _wire.Count;

    /// <summary>The COPY that sends the result.</summary>
    internal string Sql { get; }

    private int Add(string wire)
    {
        _wire.Add(wire);
        return _wire.Count - 1;
    }

    private CellReader Plan(OutputColumn column, string sql, SessionParameters parameters)
    {
        var type = column.PrintFrom ?? column.Type;
        var asText = column.Print is not null;
        switch (type.Kind)
        {
            case TypeKind.Number: return new NumberCell(Add($"({sql})::text"), type.Scale);
            case TypeKind.Float: return new FloatCell(Add($"({sql})::text"));
            case TypeKind.Boolean: return new BooleanCell(Add(sql));
            case TypeKind.Binary: return new BinaryCell(Add(sql), _binary);
            case TypeKind.Date: return new TimeCell(Add($"({sql} - date '2000-01-01')"), type.Kind, type.Scale, column.Print ?? parameters.Date, false, asText);
            case TypeKind.Time: return new TimeCell(Add(sql), type.Kind, type.Scale, column.Print ?? parameters.Time, false, asText);
            case TypeKind.TimestampNtz: return new TimeCell(Add(sql), type.Kind, type.Scale, column.Print ?? parameters.TimestampNtz, false, asText);
            case TypeKind.TimestampLtz:
                var local = Add($"({sql})::timestamp");
                Add($"(sf_ltz_as_tz({sql})).off");
                return new TimeCell(local, type.Kind, type.Scale, column.Print ?? parameters.TimestampLtz, true, asText);
            case TypeKind.TimestampTz:
                var wall = Add($"sf_tz_wall({sql})");
                Add($"({sql}).off");
                return new TimeCell(wall, type.Kind, type.Scale, column.Print ?? parameters.TimestampTz, true, asText);
            case TypeKind.Variant or TypeKind.Object or TypeKind.Array: return new TextCell(Add($"sf_json({sql})"));
            default: return new TextCell(Add(sql));
        }
    }
}

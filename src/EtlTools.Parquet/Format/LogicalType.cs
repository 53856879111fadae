using EtlTools.Parquet.Thrift;

namespace EtlTools.Parquet.Format;

/// <summary>A logical type with its parameters: precision and scale of a decimal, unit and zone of a time, width and sign of an integer.</summary>
internal sealed class LogicalType
{
    internal LogicalKind Kind { get; private set; }

    internal int Precision { get; private set; }

    internal int Scale { get; private set; }

    /// <summary>True for an instant; false for a time on a wall.</summary>
    internal bool IsAdjustedToUtc { get; private set; }

    internal TimeUnit Unit { get; private set; }

    internal int BitWidth { get; private set; } = 64;

    internal bool IsSigned { get; private set; } = true;

    internal static LogicalType Read(ref CompactReader reader)
    {
        var type = new LogicalType();
        reader.Struct(type, static (ref CompactReader r, LogicalType t, short field, CompactType wire) =>
        {
            t.Kind = field switch
            {
                1 => LogicalKind.String,
                4 => LogicalKind.Enum,
                5 => LogicalKind.Decimal,
                6 => LogicalKind.Date,
                7 => LogicalKind.Time,
                8 => LogicalKind.Timestamp,
                10 => LogicalKind.Integer,
                11 => LogicalKind.None,
                12 => LogicalKind.Json,
                14 => LogicalKind.Uuid,
                _ => LogicalKind.Other,
            };
            if (wire != CompactType.Struct) throw new InvalidDataException("A logical type is not a structure.");
            r.Struct(t, Parameters);
            return true;
        });
        return type;
    }

    private static bool Parameters(ref CompactReader reader, LogicalType type, short field, CompactType wire)
    {
        switch (type.Kind, field)
        {
            case (LogicalKind.Decimal, 1): type.Scale = reader.Int32(wire); return true;
            case (LogicalKind.Decimal, 2): type.Precision = reader.Int32(wire); return true;
            case (LogicalKind.Time or LogicalKind.Timestamp, 1): type.IsAdjustedToUtc = CompactReader.Boolean(wire); return true;
            case (LogicalKind.Time or LogicalKind.Timestamp, 2):
                reader.Struct(type, static (ref CompactReader _, LogicalType t, short unit, CompactType _) =>
                {
                    t.Unit = unit switch { 1 => TimeUnit.Milliseconds, 2 => TimeUnit.Microseconds, _ => TimeUnit.Nanoseconds };
                    return false;
                });
                return true;
            case (LogicalKind.Integer, 1): type.BitWidth = (int)reader.Integer(wire); return true;
            case (LogicalKind.Integer, 2): type.IsSigned = CompactReader.Boolean(wire); return true;
            default: return false;
        }
    }

    /// <summary>The logical type that a converted type of older files stands for; null for none.</summary>
    internal static LogicalType? Of(int converted, int precision, int scale) => converted switch
    {
        0 => new LogicalType { Kind = LogicalKind.String },
        4 => new LogicalType { Kind = LogicalKind.Enum },
        5 => new LogicalType { Kind = LogicalKind.Decimal, Precision = precision, Scale = scale },
        6 => new LogicalType { Kind = LogicalKind.Date },
        7 => new LogicalType { Kind = LogicalKind.Time, IsAdjustedToUtc = true, Unit = TimeUnit.Milliseconds },
        8 => new LogicalType { Kind = LogicalKind.Time, IsAdjustedToUtc = true, Unit = TimeUnit.Microseconds },
        9 => new LogicalType { Kind = LogicalKind.Timestamp, IsAdjustedToUtc = true, Unit = TimeUnit.Milliseconds },
        10 => new LogicalType { Kind = LogicalKind.Timestamp, IsAdjustedToUtc = true, Unit = TimeUnit.Microseconds },
        >= 11 and <= 14 => new LogicalType { Kind = LogicalKind.Integer, BitWidth = 8 << (converted - 11), IsSigned = false },
        >= 15 and <= 18 => new LogicalType { Kind = LogicalKind.Integer, BitWidth = 8 << (converted - 15) },
        19 => new LogicalType { Kind = LogicalKind.Json },
        -1 => null,
        _ => new LogicalType { Kind = LogicalKind.Other },
    };
}

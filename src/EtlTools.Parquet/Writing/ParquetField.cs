using EtlTools.Parquet.Format;

namespace EtlTools.Parquet.Writing;

/// <summary>What the values of a written column are.</summary>
internal enum ParquetKind
{
    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Binary,

    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    Double,

    /// <summary>A decimal of up to 38 digits, given as the whole number without its point.</summary>
    Decimal,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Microseconds since midnight.</summary>
    Time,

    /// <summary>Microseconds since 1970-01-01 00:00:00 on a wall, without a zone.</summary>
    Timestamp,

    /// <summary>Microseconds since 1970-01-01 00:00:00 UTC.</summary>
    Instant,
}

/// <summary>A column to write.</summary>
/// <param name="Name">Its name, anything but empty.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="IsOptional">Whether it takes NULL.</param>
/// <param name="Precision">Digits of a decimal, 1 to 38; 0 for others.</param>
/// <param name="Scale">Digits of a decimal after its point; 0 for others.</param>
internal sealed record ParquetField(string Name, ParquetKind Kind, bool IsOptional = true, int Precision = 0, int Scale = 0)
{
    /// <summary>Bytes of a decimal that no integer of the format holds: enough for 38 digits.</summary>
    internal const int WideDecimal = 16;

    /// <summary>How the values lie in the file.</summary>
    internal PhysicalType Type => Kind switch
    {
        ParquetKind.Text or ParquetKind.Binary => PhysicalType.ByteArray,
        ParquetKind.Boolean => PhysicalType.Boolean,
        ParquetKind.Double => PhysicalType.Double,
        ParquetKind.Date => PhysicalType.Int32,
        ParquetKind.Decimal => Precision <= 9 ? PhysicalType.Int32 : Precision <= 18 ? PhysicalType.Int64 : PhysicalType.FixedLenByteArray,
        _ => PhysicalType.Int64,
    };

    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal void Check()
    {
        if (Name.Length == 0) throw new ArgumentException("A Parquet column has no name.");
        if (Kind == ParquetKind.Decimal ? Precision is < 1 or > 38 || Scale < 0 || Scale > Precision : Precision != 0 || Scale != 0)
            throw new ArgumentException($"Parquet column '{Name}' cannot be a {Kind} of {Precision} digits, {Scale} of them after the point.");
    }
}

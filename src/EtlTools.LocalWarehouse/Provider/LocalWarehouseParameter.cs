using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse;

/// <summary>
/// A bound value. Question marks take the names "1", "2", … as in Snowflake's driver. An array (other than of bytes) binds a
/// value for each row of an INSERT … VALUES; all parameters must then be arrays of one length.
/// </summary>
public sealed class LocalWarehouseParameter : DbParameter
{
    private DbType? _dbType;

    /// <inheritdoc />
    public override DbType DbType
    {
        get => _dbType ?? DbType.String;
        set => _dbType = value;
    }

    /// <inheritdoc />
    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input) throw WarehouseErrors.Unsupported($"parameter direction {value}");
        }
    }

    /// <inheritdoc />
    public override bool IsNullable { get; set; }

    /// <inheritdoc />
    [AllowNull]
    public override string ParameterName { get; set; } = "";

    /// <inheritdoc />
    public override int Size { get; set; }

    /// <inheritdoc />
    [AllowNull]
    public override string SourceColumn { get; set; } = "";

    /// <inheritdoc />
    public override bool SourceColumnNullMapping { get; set; }

    /// <inheritdoc />
    public override object? Value { get; set; }

    /// <inheritdoc />
    public override void ResetDbType() => _dbType = null;

    /// <summary>The values of an array, null for a single value.</summary>
    internal Array? Rows => Value is Array array and not byte[] ? array : null;

    internal BoundValue Bind(int position) => Bind(position, Value);

    internal BoundValue Bind(int position, object? value)
    {
        var name = ParameterName.TrimStart(':', '@');
        if (name.Length == 0) name = SqlText.Number(position);
        return value switch
        {
            null or DBNull => new BoundValue(name, NullType(), null),
            string text => new BoundValue(name, SnowType.Text, StringLiteral.RefuseNul(text)),
            char c => new BoundValue(name, SnowType.Text, StringLiteral.RefuseNul(c.ToString())),
            bool flag => new BoundValue(name, SnowType.Boolean, flag),
            byte or sbyte or short or ushort or int or uint or long or ulong =>
                new BoundValue(name, SnowType.Integer, Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture)),
            decimal number => new BoundValue(name, SnowType.Number(38, number.Scale), number),
            float or double => new BoundValue(name, SnowType.Float, Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
            DateTime time when _dbType is DbType.Date => new BoundValue(name, SnowType.Date, DateOnly.FromDateTime(time)),
            DateTime time => new BoundValue(name, SnowType.TimestampNtz, DateTime.SpecifyKind(Microseconds(time), DateTimeKind.Unspecified)),
            DateTimeOffset time => new BoundValue(name, SnowType.TimestampTz, Microseconds(time.UtcDateTime), (short)time.Offset.TotalMinutes),
            DateOnly date => new BoundValue(name, SnowType.Date, date),
            TimeOnly time => new BoundValue(name, SnowType.Time, time),
            Guid id => new BoundValue(name, SnowType.Text, id.ToString()),
            byte[] bytes => new BoundValue(name, SnowType.Binary, bytes),
            _ => throw WarehouseErrors.Unsupported($"binding a value of .NET type {value.GetType()}"),
        };
    }

    private SnowType NullType() => _dbType switch
    {
        DbType.Int16 or DbType.Int32 or DbType.Int64 or DbType.Decimal => SnowType.Integer,
        DbType.Double or DbType.Single => SnowType.Float,
        DbType.Boolean => SnowType.Boolean,
        DbType.Date => SnowType.Date,
        DbType.DateTime or DbType.DateTime2 => SnowType.TimestampNtz,
        DbType.DateTimeOffset => SnowType.TimestampTz,
        DbType.Binary => SnowType.Binary,
        _ => SnowType.Text,
    };

    private static DateTime Microseconds(DateTime time) => time.Ticks % TimeSpan.TicksPerMicrosecond == 0
        ? time
        : throw WarehouseErrors.Unsupported($"bound timestamp {time:O} finer than microseconds");
}

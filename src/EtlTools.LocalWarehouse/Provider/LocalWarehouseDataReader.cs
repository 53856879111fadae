using System.Collections;
using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using System.Globalization;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse;

/// <summary>
/// Streams a statement's rows. <see cref="GetString"/> works on every cell and is exact; typed getters throw
/// <see cref="OverflowException"/> where a value does not fit, and never round.
/// </summary>
#pragma warning disable CA1010 // DbDataReader's own enumeration is untyped.
public sealed class LocalWarehouseDataReader : DbDataReader, IDbColumnSchemaGenerator
#pragma warning restore CA1010
{
    private readonly StatementResult _result;
    private readonly RowSource _rows;
    private readonly Func<ValueTask> _closed;
    private bool _isClosed;

    internal LocalWarehouseDataReader(StatementResult result, Func<ValueTask> closed)
    {
        _result = result;
        _rows = result.Rows;
        _closed = closed;
    }

    /// <summary>The statement's id, a UUID.</summary>
    public string QueryId => _result.QueryId;

    /// <inheritdoc />
    public override int FieldCount => _result.Columns.Count;

    /// <inheritdoc />
    public override bool HasRows => _rows.HasRows;

    /// <inheritdoc />
    public override bool IsClosed => _isClosed;

    /// <inheritdoc />
    public override int RecordsAffected => checked((int)_result.AffectedRows);

    /// <inheritdoc />
    public override int Depth => 0;

    /// <inheritdoc />
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc />
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc />
    public override bool Read() => _rows.Read();

    /// <inheritdoc />
    public override Task<bool> ReadAsync(CancellationToken cancellationToken) => _rows.ReadAsync(cancellationToken).AsTask();

    /// <inheritdoc />
    public override bool NextResult() => false;

    /// <inheritdoc />
    public override bool IsDBNull(int ordinal) => _rows.IsNull(ordinal);

    /// <inheritdoc />
    public override string GetString(int ordinal) => _rows.GetText(ordinal);

    /// <inheritdoc />
    public override object GetValue(int ordinal) => _rows.IsNull(ordinal) ? DBNull.Value : _rows.GetValue(ordinal);

    /// <inheritdoc />
    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++) values[i] = GetValue(i);
        return count;
    }

    /// <inheritdoc />
    public override string GetName(int ordinal) => _result.Columns[ordinal].Name;

    /// <inheritdoc />
    public override int GetOrdinal(string name)
    {
        for (var i = 0; i < FieldCount; i++)
        {
            if (GetName(i) == name) return i;
        }

        for (var i = 0; i < FieldCount; i++)
        {
            if (string.Equals(GetName(i), name, StringComparison.OrdinalIgnoreCase)) return i;
        }

        throw new ArgumentOutOfRangeException(nameof(name), name, "There is no column of this name.");
    }

    /// <summary>Snowflake's name of the column's type, such as NUMBER or TIMESTAMP_NTZ.</summary>
    public override string GetDataTypeName(int ordinal) => _result.Columns[ordinal].Type.Name;

    /// <inheritdoc />
    public override Type GetFieldType(int ordinal) => FieldType(_result.Columns[ordinal].Type);

    private static Type FieldType(SnowType type) => type.Kind switch
    {
        TypeKind.Number => type.Scale == 0 ? typeof(long) : typeof(decimal),
        TypeKind.Float => typeof(double),
        TypeKind.Boolean => typeof(bool),
        TypeKind.Date or TypeKind.Time or TypeKind.TimestampNtz => typeof(DateTime),
        TypeKind.TimestampLtz or TypeKind.TimestampTz => typeof(DateTimeOffset),
        TypeKind.Binary => typeof(byte[]),
        _ => typeof(string),
    };

    /// <inheritdoc />
    public override long GetInt64(int ordinal) => NumberText.ToInt64(GetString(ordinal));

    /// <inheritdoc />
    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    /// <inheritdoc />
    public override short GetInt16(int ordinal) => checked((short)GetInt64(ordinal));

    /// <inheritdoc />
    public override byte GetByte(int ordinal) => checked((byte)GetInt64(ordinal));

    /// <inheritdoc />
    public override decimal GetDecimal(int ordinal) => NumberText.ToDecimal(GetString(ordinal));

    /// <inheritdoc />
    public override double GetDouble(int ordinal) => NumberText.ToDouble(GetString(ordinal));

    /// <inheritdoc />
    public override float GetFloat(int ordinal) => (float)GetDouble(ordinal);

    /// <inheritdoc />
    public override bool GetBoolean(int ordinal) => (bool)_rows.GetValue(ordinal);

    /// <inheritdoc />
    public override char GetChar(int ordinal) => GetString(ordinal) is [var c] ? c : throw new InvalidCastException("The text is not one character.");

    /// <inheritdoc />
    public override Guid GetGuid(int ordinal) => Guid.Parse(GetString(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public override DateTime GetDateTime(int ordinal) => _rows.GetValue(ordinal) switch
    {
        DateTime time => time,
        DateTimeOffset time => time.DateTime,
        var other => throw new InvalidCastException($"A {GetDataTypeName(ordinal)} cell is a {other.GetType()}, not a date."),
    };

    /// <inheritdoc />
    public override T GetFieldValue<T>(int ordinal)
    {
        if (typeof(T) == typeof(string)) return (T)(object)GetString(ordinal);
        if (typeof(T) == typeof(DateTimeOffset) || typeof(T) == typeof(byte[]) || typeof(T) == typeof(object)) return (T)GetValue(ordinal);
        if (typeof(T) == typeof(TimeSpan)) return (T)(object)GetDateTime(ordinal).TimeOfDay;
        if (typeof(T) == typeof(DateOnly)) return (T)(object)DateOnly.FromDateTime(GetDateTime(ordinal));
        if (typeof(T) == typeof(TimeOnly)) return (T)(object)TimeOnly.FromDateTime(GetDateTime(ordinal));
        if (typeof(T) == typeof(long)) return (T)(object)GetInt64(ordinal);
        if (typeof(T) == typeof(int)) return (T)(object)GetInt32(ordinal);
        if (typeof(T) == typeof(decimal)) return (T)(object)GetDecimal(ordinal);
        return typeof(T) == typeof(double) ? (T)(object)GetDouble(ordinal) : base.GetFieldValue<T>(ordinal);
    }

    /// <inheritdoc />
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var bytes = (byte[])_rows.GetValue(ordinal);
        if (buffer is null) return bytes.Length;
        var count = (int)Math.Clamp(bytes.Length - dataOffset, 0, length);
        Array.Copy(bytes, dataOffset, buffer, bufferOffset, count);
        return count;
    }

    /// <inheritdoc />
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        var text = GetString(ordinal);
        if (buffer is null) return text.Length;
        var count = (int)Math.Clamp(text.Length - dataOffset, 0, length);
        text.CopyTo((int)dataOffset, buffer, bufferOffset, count);
        return count;
    }

    /// <inheritdoc />
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <inheritdoc />
    public override DataTable GetSchemaTable() => throw Errors.WarehouseErrors.Unsupported("GetSchemaTable (use GetColumnSchema)");

    /// <summary>Names, types, precision, scale, length and nullability of the columns.</summary>
    public ReadOnlyCollection<DbColumn> GetColumnSchema() =>
        new([.. _result.Columns.Select((c, i) => new LocalWarehouseColumn(c.Name, i, c.Type, c.Nullable, FieldType(c.Type)))]);

    /// <inheritdoc />
    public override void Close() => CloseAsync().GetAwaiter().GetResult();

    /// <inheritdoc />
    public override async Task CloseAsync()
    {
        if (_isClosed) return;
        _isClosed = true;
        await _rows.DisposeAsync().ConfigureAwait(false);
        await _closed().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}

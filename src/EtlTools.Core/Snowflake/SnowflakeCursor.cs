using System.Globalization;
using System.Text;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Rows;

namespace EtlTools.Core.Snowflake;

/// <summary>
/// A column by which changes are found: how its values become text and back, how far "a little earlier" is, and which of two is
/// later. Cursor values are kept as Snowflake's text at full scale (nanoseconds), never as .NET values.
/// </summary>
internal sealed class SnowflakeCursor
{
    private readonly SnowflakeColumn _column;
    private readonly string _zone;

    /// <param name="column">The column.</param>
    /// <param name="timeZone">Zone in which a TIMESTAMP_NTZ or DATE column is written.</param>
    /// <exception cref="ConfigurationException">The column's type has no order that grows with changes.</exception>
    public SnowflakeCursor(SnowflakeColumn column, string timeZone)
    {
        _column = column;
        _zone = timeZone;
        Sql = SnowflakeIdentifier.Quote(column.Name);
        if (column.Type.Kind is SnowflakeTypeKind.Number or SnowflakeTypeKind.Text || IsTime) return;
        throw new ConfigurationException(
            $"watermark_column {column.Name} is {column.Type.Declared}; changes cannot be followed by such a column.",
            "Choose a TIMESTAMP, DATE, NUMBER or VARCHAR column whose value grows with every change.");
    }

    /// <summary>The quoted column.</summary>
    public string Sql { get; }

    /// <summary>Whether distances on it are durations.</summary>
    public bool IsTime => _column.Type.Kind is SnowflakeTypeKind.Date or SnowflakeTypeKind.TimestampNtz or SnowflakeTypeKind.TimestampLtz
        or SnowflakeTypeKind.TimestampTz;

    /// <summary>The position of a bound cursor text in SQL.</summary>
    public string Bound => SnowflakeText.Bind(_column);

    /// <summary>SQL that gives an expression of the cursor's type as text; offsets are brought to UTC, so that texts compare.</summary>
    public string ToText(string expression) => SnowflakeText.Project(
        _column.Type.Kind == SnowflakeTypeKind.TimestampTz ? $"CONVERT_TIMEZONE('UTC', {expression})" : expression, _column);

    /// <summary>The bound cursor less a distance.</summary>
    public string BoundLess(CursorDistance distance) => Less(Bound, distance);

    /// <summary>An expression of the cursor's type less a distance; a distance that does not fit the type is none.</summary>
    public string Less(string expression, CursorDistance distance)
    {
        if (IsTime)
        {
            var duration = distance.Duration ?? TimeSpan.Zero;
            if (duration == TimeSpan.Zero) return expression;
            return _column.Type.Kind == SnowflakeTypeKind.Date
                ? string.Create(CultureInfo.InvariantCulture, $"DATEADD('day', {-Math.Ceiling(duration.TotalDays)}, {expression})")
                : string.Create(CultureInfo.InvariantCulture, $"DATEADD('millisecond', {-(long)duration.TotalMilliseconds}, {expression})");
        }

        return distance.Number is { } number && number != 0 && _column.Type.Kind == SnowflakeTypeKind.Number
            ? string.Create(CultureInfo.InvariantCulture, $"{expression} - {number}")
            : expression;
    }

    /// <summary>SQL of how far two expressions of the cursor's type lie apart, in seconds or as a number; null when texts are compared.</summary>
    public string? Distance(string from, string to) => _column.Type.Kind switch
    {
        SnowflakeTypeKind.Text => null,
        SnowflakeTypeKind.Number => $"{to} - {from}",
        _ => $"DATEDIFF('second', {from}, {to})",
    };

    /// <summary>SQL that gives cursor values near each other the same value, so that a range falls into a few thousand groups at most.</summary>
    /// <param name="distance">From one end of the range to the other, as <see cref="Distance"/> measures it; above 0.</param>
    public string Group(decimal distance)
    {
        if (!IsTime) return string.Create(CultureInfo.InvariantCulture, $"FLOOR({Sql} / {CursorGroups.Step(distance)})");
        var unit = CursorGroups.Unit(distance, isDate: _column.Type.Kind == SnowflakeTypeKind.Date);
        return $"DATE_TRUNC('{unit}', {(_column.Type.Kind == SnowflakeTypeKind.TimestampTz ? $"TO_TIMESTAMP_NTZ(CONVERT_TIMEZONE('UTC', {Sql}))" : Sql)})";
    }

    /// <summary>SQL of the newest cursor value that may be read now; null when the cursor is not a time.</summary>
    public string? NewestAllowed(TimeSpan settle)
    {
        var milliseconds = -(long)settle.TotalMilliseconds;
        string Ago(string now) => milliseconds == 0 ? now : string.Create(CultureInfo.InvariantCulture, $"DATEADD('millisecond', {milliseconds}, {now})");
        string Local() => _zone == "UTC"
            ? Ago("SYSDATE()")
            : $"CONVERT_TIMEZONE('UTC', {SnowflakeLiteral.Text(_zone)}, {Ago("SYSDATE()")})";
        return _column.Type.Kind switch
        {
            SnowflakeTypeKind.TimestampNtz => Local(),
            SnowflakeTypeKind.Date => $"TO_DATE({Local()})",
            SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz => Ago("CURRENT_TIMESTAMP()"),
            _ => null,
        };
    }

    /// <summary>Orders two cursor texts as Snowflake orders the values.</summary>
    public int Compare(string a, string b) => _column.Type.Kind switch
    {
        SnowflakeTypeKind.Number => CompareNumbers(a, b),
        SnowflakeTypeKind.Text => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)),
        // Fixed-width ISO texts in one zone.
        _ => string.CompareOrdinal(a, b),
    };

    // Both have the column's scale, so only sign and length stand between digits and order.
    private static int CompareNumbers(string a, string b)
    {
        var (negativeA, negativeB) = (a.StartsWith('-'), b.StartsWith('-'));
        if (negativeA != negativeB) return negativeA ? -1 : 1;
        var order = a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b);
        return negativeA ? -order : order;
    }
}

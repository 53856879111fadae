using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Rows;

namespace EtlTools.Core.Postgres;

/// <summary>
/// A column by which changes are found at a PostgreSQL source. Cursor values are kept as PostgreSQL's own text and compared by
/// PostgreSQL; timestamptz is brought to UTC first, so that one instant has one text.
/// </summary>
internal sealed class PostgresCursor
{
    private readonly string _type;
    private readonly string _zone;

    /// <param name="column">The column.</param>
    /// <param name="timeZone">Zone in which a timestamp or date column is written.</param>
    /// <exception cref="ConfigurationException">The column's type has no order that grows with changes.</exception>
    public PostgresCursor(PostgresColumn column, string timeZone)
    {
        Sql = PostgresIdentifier.Quote(column.Name);
        _type = column.Type.Base;
        _zone = PostgresLiteral.Text(timeZone);
        if (IsTime || IsNumber) return;
        throw new ConfigurationException(
            $"watermark_column {column.Name} is {column.Type.Declared}; changes cannot be followed by such a column.",
            "Choose a timestamptz, timestamp, date, integer or numeric column whose value grows with every change.");
    }

    /// <summary>The quoted column.</summary>
    public string Sql { get; }

    /// <summary>Whether distances on it are durations, and open transactions can be told from it.</summary>
    public bool IsTime => _type is "timestamptz" or "timestamp" or "date";

    private bool IsNumber => _type is "int2" or "int4" or "int8" or "numeric";

    /// <summary>SQL that gives an expression of the cursor's type as text.</summary>
    public string ToText(string expression) => _type == "timestamptz" ? $"(({expression}) AT TIME ZONE 'UTC')::text" : $"({expression})::text";

    /// <summary>A cursor text in SQL, of the cursor's type.</summary>
    public string Literal(string text) => _type == "timestamptz"
        ? $"({PostgresLiteral.Text(text)}::timestamp AT TIME ZONE 'UTC')"
        : $"{PostgresLiteral.Text(text)}::{_type}";

    /// <summary>An instant (an expression of type timestamptz) on the cursor's axis.</summary>
    public string FromInstant(string instant) => _type switch
    {
        "timestamptz" => instant,
        "timestamp" => $"({instant} AT TIME ZONE {_zone})",
        _ => $"({instant} AT TIME ZONE {_zone})::date",
    };

    /// <summary>An expression of the cursor's type less a distance; a distance that does not fit the type is none.</summary>
    public string Less(string expression, CursorDistance distance)
    {
        if (IsNumber) return distance.Number is { } number && number != 0 ? string.Create(CultureInfo.InvariantCulture, $"({expression} - {number})") : expression;
        var duration = distance.Duration ?? TimeSpan.Zero;
        if (duration == TimeSpan.Zero) return expression;
        return _type == "date"
            ? string.Create(CultureInfo.InvariantCulture, $"({expression} - {Math.Ceiling(duration.TotalDays)})")
            : string.Create(CultureInfo.InvariantCulture, $"({expression} - interval '{(long)duration.TotalMilliseconds} milliseconds')");
    }

    /// <summary>SQL of how far two expressions lie apart, in seconds or as a number.</summary>
    public string Distance(string from, string to) => IsNumber ? $"({to} - {from})::numeric" : $"extract(epoch FROM {to}::timestamp - {from}::timestamp)";

    /// <summary>SQL that gives cursor values near each other the same value, so that a range falls into a few thousand groups at most.</summary>
    /// <param name="distance">From one end of the range to the other, as <see cref="Distance"/> measures it; above 0.</param>
    public string Group(decimal distance) => IsNumber
        ? string.Create(CultureInfo.InvariantCulture, $"floor({Sql} / {CursorGroups.Step(distance)}::numeric)")
        : $"date_trunc('{CursorGroups.Unit(distance, isDate: _type == "date")}', {Sql})";
}

using System.Globalization;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Postgres;

/// <summary>
/// A PostgreSQL type's counterpart in Snowflake, and the text by which a value gets there. The text is written by PostgreSQL and read
/// by Snowflake; both do it exactly. All expressions are for a session that <see cref="PostgresConnector"/> has opened.
/// </summary>
/// <param name="Type">The type to declare.</param>
/// <param name="Form">How a value is written as text.</param>
/// <param name="Note">What is not the same afterwards; null when everything is.</param>
/// <param name="IsDoubtful">Whether the note is a warning: somebody should decide.</param>
public sealed record MappedType(SnowflakeType Type, ValueForm Form, string? Note = null, bool IsDoubtful = false)
{
    /// <summary>A PostgreSQL expression of type text for a column's value; NULL for NULL.</summary>
    /// <param name="column">The column in quotes, or another expression of the mapped type; used more than once.</param>
    public string ToText(string column) => Form switch
    {
        ValueForm.Number or ValueForm.Text or ValueForm.Json => $"({column})::text",
        ValueForm.Money => $"({column})::numeric::text",
        ValueForm.Float => $"CASE ({column})::text WHEN 'Infinity' THEN 'inf' WHEN '-Infinity' THEN '-inf' ELSE ({column})::text END",
        ValueForm.Hex => $"encode({column}, 'hex')",
        ValueForm.Date => $"to_char({column}, 'YYYY-MM-DD')",
        // PostgreSQL has microseconds, the formats agreed with Snowflake nine digits.
        ValueForm.Time => $"to_char({column}, 'HH24:MI:SS.US\"000\"')",
        ValueForm.Timestamp => $"to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"000\"')",
        ValueForm.TimestampWithOffset => $"to_char(({column}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"000+00:00\"')",
        ValueForm.JsonOf => $"to_json({column})::text",
        _ => throw new InvalidOperationException($"There is no text for {Form}."),
    };

    /// <summary>
    /// A PostgreSQL condition that is true for a value that the Snowflake type cannot hold: its row has to be put aside, since
    /// <see cref="ToText"/> would give another value or none. Null when there is no such value.
    /// </summary>
    /// <param name="column">As for <see cref="ToText"/>.</param>
    public string? Unfit(string column) => Form switch
    {
        ValueForm.Number => $"({column})::text IN ('NaN', 'Infinity', '-Infinity')",
        ValueForm.Date => $"(({column}) < DATE '0001-01-01' OR ({column}) > DATE '9999-12-31')",
        ValueForm.Time => $"({column}) = TIME '24:00'",
        ValueForm.Timestamp => $"(({column}) < TIMESTAMP '0001-01-01' OR ({column}) >= TIMESTAMP '10000-01-01')",
        ValueForm.TimestampWithOffset => $"(({column}) < TIMESTAMPTZ '0001-01-01 00:00:00+00' OR ({column}) >= TIMESTAMPTZ '10000-01-01 00:00:00+00')",
        _ => null,
    };

    /// <summary>A Snowflake expression of the declared type for a text that <see cref="ToText"/> wrote, such as a field <c>$3</c> of a staged file.</summary>
    public string FromText(string text) => Form switch
    {
        ValueForm.Number => string.Create(CultureInfo.InvariantCulture, $"TO_NUMBER({text}, {Type.Precision}, {Type.Scale})"),
        ValueForm.Float => $"TO_DOUBLE({text})",
        ValueForm.Hex => $"TO_BINARY({text}, 'HEX')",
        ValueForm.Date => $"TO_DATE({text}, '{SnowflakeText.DateFormat}')",
        ValueForm.Time => $"TO_TIME({text}, '{SnowflakeText.TimeFormat}')",
        ValueForm.Timestamp => $"TO_TIMESTAMP_NTZ({text}, '{SnowflakeText.TimestampFormat}')",
        ValueForm.TimestampWithOffset => $"TO_TIMESTAMP_TZ({text}, '{SnowflakeText.OffsetTimestampFormat}')",
        ValueForm.Json or ValueForm.JsonOf => $"PARSE_JSON({text})",
        _ => Type.Kind == SnowflakeTypeKind.Boolean ? $"TO_BOOLEAN({text})" : text,
    };
}

/// <summary>How a value is written as text on its way to Snowflake.</summary>
public enum ValueForm
{
    /// <summary>As PostgreSQL writes it: <c>true</c>, <c>12:00+02</c>, any text.</summary>
    Text,

    /// <summary>Digits with a point.</summary>
    Number,

    /// <summary>Shortest digits that give the same 64 bits back, or <c>NaN</c>, <c>inf</c>, <c>-inf</c>.</summary>
    Float,

    /// <summary>The amount of a money value as digits.</summary>
    Money,

    /// <summary>Bytes as pairs of hexadecimal digits without a prefix.</summary>
    Hex,

    /// <summary><see cref="SnowflakeText.DateFormat"/>.</summary>
    Date,

    /// <summary><see cref="SnowflakeText.TimeFormat"/>.</summary>
    Time,

    /// <summary><see cref="SnowflakeText.TimestampFormat"/>.</summary>
    Timestamp,

    /// <summary><see cref="SnowflakeText.OffsetTimestampFormat"/>, in UTC.</summary>
    TimestampWithOffset,

    /// <summary>The JSON document itself.</summary>
    Json,

    /// <summary>A JSON document made of the value: arrays, composite types.</summary>
    JsonOf,
}

using System.Globalization;

namespace EtlTools.Core.Snowflake;

/// <summary>The column of a Snowflake table that has the time at which each row was written.</summary>
internal sealed class LoadedAtColumn
{
    /// <summary>Its name.</summary>
    public const string Name = "_LOADED_AT";

    // As far as a second, which is the width that all formats share.
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss";

    private readonly SnowflakeCursor _column;

    private LoadedAtColumn(SnowflakeColumn column) => _column = new SnowflakeCursor(column, "UTC");

    /// <summary>SQL of the newest time of the table, as a text in UTC.</summary>
    public string Newest => _column.ToText($"MAX({_column.Sql})");

    /// <summary>The column of a table; null when there is none, or it is no time.</summary>
    public static LoadedAtColumn? Of(SnowflakeTable table) =>
        table.Find(Name) is { Type.Kind: SnowflakeTypeKind.TimestampNtz or SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz } column
            ? new LoadedAtColumn(column)
            : null;

    /// <summary>Reads what <see cref="Newest"/> gives; null for a table without rows.</summary>
    public static DateTimeOffset? Read(string? text) =>
        text is null ? null : DateTimeOffset.ParseExact(text[..19], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

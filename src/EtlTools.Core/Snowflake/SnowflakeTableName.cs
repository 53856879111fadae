using EtlTools.Core.Errors;

namespace EtlTools.Core.Snowflake;

/// <summary>A table's complete name. Equal names are the same table.</summary>
public sealed record SnowflakeTableName(SnowflakeIdentifier Database, SnowflakeIdentifier Schema, SnowflakeIdentifier Table)
{
    /// <summary>Reads <c>table</c>, <c>schema.table</c> or <c>database.schema.table</c> as written in SQL.</summary>
    /// <param name="text">The name as written.</param>
    /// <param name="database">Database when none is written, as written in SQL; null when there is none.</param>
    /// <param name="schema">Schema when none is written, as written in SQL; null when there is none.</param>
    /// <exception cref="ConfigurationException">It is not such a name, or the database or schema is nowhere given.</exception>
    public static SnowflakeTableName Parse(string text, string? database = null, string? schema = null)
    {
        var parts = SnowflakeIdentifier.ParseParts(text);
        return parts.Count switch
        {
            1 => new SnowflakeTableName(Default(database, "database", "SNOWFLAKE_DATABASE", text), Default(schema, "schema", "SNOWFLAKE_SCHEMA", text), parts[0]),
            2 => new SnowflakeTableName(Default(database, "database", "SNOWFLAKE_DATABASE", text), parts[0], parts[1]),
            3 => new SnowflakeTableName(parts[0], parts[1], parts[2]),
            _ => throw new ConfigurationException($"'{text}' is not a Snowflake table: it has more than database, schema and table.", "Write DATABASE.SCHEMA.TABLE; put a part that has a dot in it into double quotes."),
        };
    }

    /// <summary>For SQL: every part in quotes.</summary>
    public string ToSql() => $"{Database.ToSql()}.{Schema.ToSql()}.{Table.ToSql()}";

    /// <inheritdoc cref="ToSql"/>
    public override string ToString() => ToSql();

    private static SnowflakeIdentifier Default(string? value, string what, string setting, string text) => string.IsNullOrEmpty(value)
        ? throw new ConfigurationException($"The Snowflake table '{text}' has no {what}.", $"Write it as DATABASE.SCHEMA.TABLE, or set {setting}.")
        : SnowflakeIdentifier.Parse(value);
}

using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Discover;

/// <summary>The place at Snowflake where the counterparts are.</summary>
/// <param name="Database">Its database.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Text">Both as written in SQL.</param>
internal sealed record TargetSchema(SnowflakeIdentifier Database, SnowflakeIdentifier Schema, string Text)
{
    private const string Remedy = "Give --target-schema DATABASE.SCHEMA, or set SNOWFLAKE_DATABASE and SNOWFLAKE_SCHEMA.";

    /// <summary>What was given, completed from the settings.</summary>
    /// <exception cref="ConfigurationException">It is no such name, or something is missing.</exception>
    public static TargetSchema Of(string? given, SnowflakeSettings? settings)
    {
        var parts = given is null ? [] : SnowflakeIdentifier.ParseParts(given);
        var (database, schema) = parts switch
        {
            [] => (Part(settings?.Database), Part(settings?.Schema)),
            [var only] => (Part(settings?.Database), only),
            [var first, var second] => (first, second),
            _ => throw new ConfigurationException($"'{given}' has {parts.Count} parts; a schema at Snowflake has a database and a name.", Remedy),
        };
        if (database is null) throw new ConfigurationException("It is not known which database of Snowflake the tables belong to.", Remedy);
        if (schema is null) throw new ConfigurationException("It is not known which schema of Snowflake the tables belong to.", Remedy);
        return new TargetSchema(database, schema, $"{Written(database)}.{Written(schema)}");
    }

    /// <summary>A table in it: its complete name, and the name as written in the YAML file.</summary>
    /// <param name="name">As stored.</param>
    public (SnowflakeTableName Name, string Text) Table(string name)
    {
        var table = SnowflakeIdentifier.Of(name);
        return (new SnowflakeTableName(Database, Schema, table), $"{Text}.{Written(table)}");
    }

    private static SnowflakeIdentifier? Part(string? setting) => string.IsNullOrEmpty(setting) ? null : SnowflakeIdentifier.Parse(setting);

    private static string Written(SnowflakeIdentifier identifier) =>
        !char.IsAsciiDigit(identifier.Name[0]) && identifier.Name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') ? identifier.Name : identifier.ToSql();
}

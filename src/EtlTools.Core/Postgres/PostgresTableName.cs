using EtlTools.Core.Errors;

namespace EtlTools.Core.Postgres;

/// <summary>The exact name of a PostgreSQL table.</summary>
public sealed record PostgresTableName(string Schema, string Table)
{
    /// <summary>Reads <c>schema.table</c> by PostgreSQL's folding rules; a single part is a table in <c>public</c>.</summary>
    /// <exception cref="ConfigurationException">The text is no such name.</exception>
    public static PostgresTableName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = PostgresIdentifier.Split(text.Trim());
        return parts.Count switch
        {
            1 => new PostgresTableName("public", parts[0]),
            2 => new PostgresTableName(parts[0], parts[1]),
            _ => throw new ConfigurationException(
                $"\"{text}\" has {parts.Count} parts; a PostgreSQL table has a schema and a name.",
                "Write it as schema.table; the database comes from the connection."),
        };
    }

    /// <summary>The quoted name for SQL.</summary>
    public string ToSql() => $"{PostgresIdentifier.Quote(Schema)}.{PostgresIdentifier.Quote(Table)}";

    /// <summary>The name as a person reads it.</summary>
    public override string ToString() => $"{Schema}.{Table}";
}

using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Discover;

/// <summary>The CREATE TABLE for a discovered table.</summary>
internal static class SnowflakeDdl
{
    /// <summary>The statement, without a semicolon. It changes nothing where the table exists.</summary>
    public static string Create(DiscoveredTable table)
    {
        var lines = table.Columns.Select(c => $"{SnowflakeIdentifier.Quote(c.Target)} {c.Mapped.Type.ToSql()}{(c.NotNull ? " NOT NULL" : "")}").ToList();
        if (!table.Columns.Any(c => c.Target == LoadedAtColumn.Name)) lines.Add($"{SnowflakeIdentifier.Quote(LoadedAtColumn.Name)} TIMESTAMP_NTZ(6)");
        if (table.Key.Value is { } key)
            lines.Add($"PRIMARY KEY ({string.Join(", ", key.Select(name => SnowflakeIdentifier.Quote(table.Columns.First(c => c.Source == name).Target)))})");
        return $"CREATE TABLE IF NOT EXISTS {table.Target.ToSql()} (\n    {string.Join(",\n    ", lines)}\n)";
    }
}

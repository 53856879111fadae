using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.Drift;

/// <summary>The CREATE TABLE that a source table needs in PostgreSQL.</summary>
internal static class TargetDdl
{
    /// <summary>Writes it for a pipeline's target.</summary>
    public static string Create(PostgresTableName name, SnowflakeTable source, PipelineDefinition pipeline)
    {
        var columns = source.Columns
            .Where(column => column.Type.Kind != SnowflakeTypeKind.Unsupported && !pipeline.Exclude.Contains(column.Name, StringComparer.OrdinalIgnoreCase))
            .Select(column => $"{PostgresIdentifier.Quote(TargetNames.Natural(column.Name))} {TypeFit.PostgresTypeFor(column.Type)}");
        var key = string.Join(", ", pipeline.Key.Select(PostgresIdentifier.Quote));
        return $"CREATE TABLE {name.ToSql()} ({string.Join(", ", columns)}, PRIMARY KEY ({key}));";
    }
}

/// <summary>What a Snowflake name is called in PostgreSQL when nothing says otherwise.</summary>
internal static class TargetNames
{
    /// <summary>An unquoted Snowflake name is upper case; its counterpart is lower case. Anything else keeps its spelling.</summary>
    public static string Natural(string name) =>
        name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '_' or '$') ? name.ToLowerInvariant() : name;
}

using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Discover;

/// <summary>What a schema of PostgreSQL could look like in Snowflake.</summary>
/// <param name="Schema">The PostgreSQL schema.</param>
/// <param name="Tables">Its tables by name; at least one.</param>
public sealed record Discovery(string Schema, IReadOnlyList<DiscoveredTable> Tables)
{
    /// <summary>A complete YAML file for these tables, with reasons and warnings as comments. Valid as it is when a table has a key.</summary>
    public string Yaml => DiscoveryYaml.Write(this);
}

/// <summary>A table of PostgreSQL, and how it could be moved to Snowflake.</summary>
public sealed record DiscoveredTable
{
    /// <summary>The table.</summary>
    public required PostgresTableName Source { get; init; }

    /// <summary>Its counterpart.</summary>
    public required SnowflakeTableName Target { get; init; }

    /// <summary>How the counterpart is written in the YAML file.</summary>
    public required string TargetText { get; init; }

    /// <summary>Its columns in order, without those that cannot be read.</summary>
    public required IReadOnlyList<DiscoveredColumn> Columns { get; init; }

    /// <summary>The guessed key.</summary>
    public required Guess<IReadOnlyList<string>> Key { get; init; }

    /// <summary>The guessed watermark column.</summary>
    public required Guess<string> Watermark { get; init; }

    /// <summary>How rows would be written.</summary>
    public required WriteMode Mode { get; init; }

    /// <summary>Rows as the planner's statistics have it; null when the table was never analysed.</summary>
    public long? EstimatedRows { get; init; }

    /// <summary>What somebody should decide or repair, one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Whether the YAML file can list it: it has a key, and every column has a name of its own.</summary>
    public bool CanBeMoved => Key.Value is not null;

    /// <summary>The table's entry in the YAML file, with reasons and warnings as comments; all of it a comment when it cannot be moved.</summary>
    public string Yaml => DiscoveryYaml.Table(this);

    /// <summary>The statement that creates the counterpart where it is missing, and nothing else.</summary>
    public string Ddl => SnowflakeDdl.Create(this);
}

/// <summary>A column.</summary>
/// <param name="Source">Its name in PostgreSQL.</param>
/// <param name="Target">Its name in Snowflake, as stored there.</param>
/// <param name="Declared">Its type in PostgreSQL, as declared.</param>
/// <param name="NotNull">Whether NULL is refused.</param>
/// <param name="Mapped">What its type becomes.</param>
public sealed record DiscoveredColumn(string Source, string Target, string Declared, bool NotNull, MappedType Mapped);

/// <summary>Something guessed from the catalog.</summary>
/// <param name="Value">What; null when there is nothing to go by.</param>
/// <param name="Reason">Why, or why not, without a full stop.</param>
public sealed record Guess<T>(T? Value, string Reason)
    where T : class;

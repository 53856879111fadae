using EtlTools.Core.Discover;
using EtlTools.Core.Postgres;

namespace EtlTools.Cmdlets;

/// <summary>A table of PostgreSQL, and how it could be moved to Snowflake.</summary>
public sealed record EtlTableDraft
{
    /// <summary>The table, as the YAML file writes it.</summary>
    public string Source { get; private init; } = "";

    /// <summary>Its counterpart at Snowflake, likewise.</summary>
    public string Target { get; private init; } = "";

    /// <summary>The guessed key columns; empty when there is nothing that tells rows apart.</summary>
    public string[] Key { get; private init; } = [];

    /// <summary>Why these.</summary>
    public string KeyReason { get; private init; } = "";

    /// <summary>The guessed watermark column; null when the table has to be moved whole.</summary>
    public string? WatermarkColumn { get; private init; }

    /// <summary>Why this one, or none.</summary>
    public string WatermarkReason { get; private init; } = "";

    /// <summary><c>Merge</c>, <c>Append</c> or <c>Full</c>.</summary>
    public string Mode { get; private init; } = "";

    /// <summary>Rows by PostgreSQL's statistics; null when there are none.</summary>
    public long? EstimatedRows { get; private init; }

    /// <summary>Whether the table can be listed in the YAML file as it is.</summary>
    public bool CanBeMoved { get; private init; }

    /// <summary>What somebody should decide or repair.</summary>
    public string[] Warnings { get; private init; } = [];

    /// <summary>The table's entry for the YAML file.</summary>
    public string Yaml { get; private init; } = "";

    /// <summary>The statement that creates the counterpart.</summary>
    public string Ddl { get; private init; } = "";

    /// <summary>With -Apply, whether the counterpart was created now (true) or was there (false); null when nothing was tried.</summary>
    public bool? Created { get; private init; }

    /// <summary>Source and target.</summary>
    public override string ToString() => $"{Source} → {Target}";

    internal static EtlTableDraft From(DiscoveredTable table, bool? created) => new()
    {
        Source = SnowflakeNames.Written(table.Source), Target = table.TargetText, Key = [.. table.Key.Value ?? []], KeyReason = table.Key.Reason,
        WatermarkColumn = table.Watermark.Value, WatermarkReason = table.Watermark.Reason, Mode = table.Mode.ToString(), EstimatedRows = table.EstimatedRows,
        CanBeMoved = table.CanBeMoved, Warnings = [.. table.Warnings], Yaml = table.Yaml, Ddl = table.Ddl, Created = created,
    };
}

using EtlTools.Core.Config;

namespace EtlTools.Cmdlets;

/// <summary>A table of the YAML file.</summary>
public sealed record EtlTable
{
    /// <summary>Its name.</summary>
    public string Table { get; private init; } = "";

    /// <summary>The group it belongs to; null when it belongs to none.</summary>
    public string? Domain { get; private init; }

    /// <summary><c>SnowflakeToPostgres</c> or <c>PostgresToSnowflake</c>.</summary>
    public string Direction { get; private init; } = "";

    /// <summary>Where rows come from.</summary>
    public string Source { get; private init; } = "";

    /// <summary>Where they go.</summary>
    public string Target { get; private init; } = "";

    /// <summary>Key columns as named in the target.</summary>
    public string[] Key { get; private init; } = [];

    /// <summary>The source column that grows with every change; null when only full runs are possible.</summary>
    public string? WatermarkColumn { get; private init; }

    /// <summary>Rows a batch.</summary>
    public int BatchSize { get; private init; }

    /// <summary>How many rows may be refused: a count or a share.</summary>
    public string MaxErrors { get; private init; } = "";

    /// <summary>The YAML file that lists it.</summary>
    public string Config { get; private init; } = "";

    /// <summary>The file with settings it was found by; null when there was none.</summary>
    public string? EnvFile { get; private init; }

    /// <summary>Its name.</summary>
    public override string ToString() => Table;

    internal static EtlTable From(PipelineDefinition pipeline, string config, string? envFile) => new()
    {
        Table = pipeline.Name, Domain = pipeline.Domain, Direction = pipeline.Direction.ToString(), Source = pipeline.Source, Target = pipeline.Target,
        Key = [.. pipeline.Key], WatermarkColumn = pipeline.WatermarkColumn, BatchSize = pipeline.BatchSize, MaxErrors = pipeline.MaxErrors.ToString(),
        Config = config, EnvFile = envFile,
    };
}

using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace EtlTools.Cli.Parsing;

/// <summary>The options every command has.</summary>
internal sealed class GlobalOptions
{
    private static readonly (string Word, LogLevel Level)[] s_levels =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning),
        ("error", LogLevel.Error), ("critical", LogLevel.Critical), ("none", LogLevel.None),
    ];

    private readonly Option<string?> _config = new("--config") { Description = "YAML file that lists the tables; otherwise ETL_CONFIG, otherwise etl.yaml.", HelpName = "FILE", Recursive = true };
    private readonly Option<string?> _environmentFile = new("--env-file") { Description = "File with settings; otherwise .env in the working folder, if there is one.", HelpName = "FILE", Recursive = true };
    private readonly Option<string?> _logLevel = ValueParsers.Word("--log-level", "What is logged to standard error; otherwise ETL_LOG_LEVEL.", [.. s_levels.Select(l => l.Word)]);
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document on standard output, and nothing else there.", Recursive = true };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors.", Recursive = true };

    public void AddTo(RootCommand root)
    {
        _logLevel.Recursive = true;
        foreach (var option in (Option[])[_config, _environmentFile, _logLevel, _json, _quiet]) root.Options.Add(option);
    }

    /// <summary>Whether JSON was asked for on a command line that is wrong otherwise, so that no other option may be read.</summary>
    public bool WantsJson(ParseResult result) => result.GetResult(_json) is { Implicit: false };

    public GlobalArguments Read(ParseResult result) => new()
    {
        Config = result.GetValue(_config),
        EnvironmentFile = result.GetValue(_environmentFile),
        LogLevel = result.GetValue(_logLevel) is { } word ? s_levels.First(l => l.Word == word).Level : null,
        IsJson = result.GetValue(_json),
        IsQuiet = result.GetValue(_quiet),
    };
}

/// <summary>What the user gave for them.</summary>
internal sealed record GlobalArguments
{
    /// <summary><c>--config</c>; null when not given.</summary>
    public string? Config { get; init; }

    /// <summary><c>--env-file</c>; null when not given.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary><c>--log-level</c>; null when not given.</summary>
    public LogLevel? LogLevel { get; init; }

    /// <summary><c>--json</c>.</summary>
    public bool IsJson { get; init; }

    /// <summary><c>--quiet</c>.</summary>
    public bool IsQuiet { get; init; }
}

using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core;

/// <summary>What a front end hands over for one command: where settings come from, and where log lines are shown.</summary>
public sealed record EtlSessionOptions
{
    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The <c>.env</c> file the user named; null means the one in <see cref="Folder"/>, if there is one.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>The YAML file the user named; null means what the settings say.</summary>
    public string? Config { get; init; }

    /// <summary>Where relative paths begin; null means the process's working folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Names and secrets the user handed over directly; they win over everything else.</summary>
    public SettingsCredentials Credentials { get; init; } = new();

    /// <summary>What a vault gave for the names that <see cref="VaultSecrets"/> finds in the settings; null where no vault can be read.</summary>
    public IReadOnlyDictionary<string, VaultAnswer>? Vault { get; init; }

    /// <summary>Gives the provider of the local warehouse for settings that name it, null for others.</summary>
    public Func<EtlSettings, DbProviderFactory?> LocalWarehouse { get; init; } = _ => null;

    /// <summary>What <see cref="ShowLog"/> is given; null means what the settings say.</summary>
    public LogSeverity? ShownFrom { get; init; }

    /// <summary>Shows a log line, secrets already removed; called from any thread. Null shows none.</summary>
    public Action<LogSeverity, string>? ShowLog { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

using System.Text.Json;
using System.Text.Json.Serialization;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.Sync;

namespace EtlTools.FaultRunner;

/// <summary>What one process of the runner does, read from a JSON file.</summary>
public sealed record FaultJob
{
    /// <summary>Both systems and the retries.</summary>
    public required EtlSettings Settings { get; init; }

    /// <summary>What to move; null migrates the state tables instead.</summary>
    public PipelineDefinition? Pipeline { get; init; }

    /// <summary>How to move it.</summary>
    public SyncOptions Options { get; init; } = new();

    /// <summary>Takes part in a backfill of the pipeline instead of syncing it; null syncs.</summary>
    public BackfillOptions? Backfill { get; init; }

    /// <summary>How the file and the answer are written.</summary>
    public static JsonSerializerOptions Json { get; } = new() { Converters = { new JsonStringEnumConverter() } };
}

/// <summary>What the runner prints when it was not killed.</summary>
/// <param name="Status">Word of the run's status.</param>
/// <param name="Read">Rows read.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="Unchanged">Rows found as they are.</param>
/// <param name="Superseded">Older versions.</param>
/// <param name="Quarantined">Rows put aside.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Code">Stable code of the failure.</param>
public sealed record FaultAnswer(
    string Status, long Read, long Inserted, long Updated, long Unchanged, long Superseded, long Quarantined, string? Error, string? Code);

using EtlTools.Core.Config;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Sync.Drift;
using Polly;

namespace EtlTools.Core.Sync;

/// <summary>What the parts of one run share.</summary>
/// <param name="Services">The outside world.</param>
/// <param name="Pipeline">What is moved.</param>
/// <param name="Run">Who moves it.</param>
/// <param name="Planner">Access to the source.</param>
/// <param name="Plan">How the tables fit together.</param>
/// <param name="Lease">The right to write; null for a dry run.</param>
/// <param name="Pump">Mover and counter of batches.</param>
internal sealed record RunContext(
    EtlServices Services, PipelineDefinition Pipeline, RunIdentity Run, TablePlanner Planner, TablePlan Plan, PipelineLease? Lease, RowPump Pump)
{
    /// <summary>The user's transform; null when there is none.</summary>
    public IRowTransform? Transform { get; init; }

    /// <summary>Where a dry run writes; null when the run is none.</summary>
    public DryRunSession? DryRun { get; init; }

    /// <summary>The statements of the run: the read, DDL on the target, the upsert.</summary>
    public List<string> Sql { get; } = [];

    /// <summary>Findings for people.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Retries of work on PostgreSQL.</summary>
    public ResiliencePipeline Retry => Services.Resilience.For(ResiliencePipelines.Postgres);
}

using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Sync;

/// <summary>One sync of one pipeline from lease to release.</summary>
internal sealed class SyncAttempt(
    EtlServices services, PipelineDefinition pipeline, SyncOptions options, Guid runId, RowPump pump, DryRunSession? sharedDryRun) : IRunAttempt
{
    private RunContext? _context;
    private IncrementalLoad? _incremental;
    private FullLoad? _full;

    /// <inheritdoc/>
    public SyncWindow? Window => _incremental?.Window;

    /// <inheritdoc/>
    public long Deleted => _full?.Deleted ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Sql => _context?.Sql ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _context?.Notes ?? [];

    /// <summary>Runs, and says how it ended. A dry run takes no lease, since it writes nothing.</summary>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        if (!options.DryRun)
        {
            return await LeasedRun.RunAsync(
                services, pipeline, runId, lease => MoveAsync(lease, null, lease.Watermark, stop), stop).ConfigureAwait(false);
        }

        var own = sharedDryRun is null ? new DryRunSession(services.Postgres) : null;
        try
        {
            return await MoveAsync(null, sharedDryRun ?? own, await FindWatermarkAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
        }
        finally
        {
            if (own is not null) await own.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<string> MoveAsync(PipelineLease? lease, DryRunSession? dryRun, Watermark? watermark, CancellationToken stop)
    {
        WatermarkRouteCheck.Ensure(pipeline, watermark);
        var planner = new TablePlanner(services, pipeline, $"etl-tools {pipeline.Name} {runId}");
        var plan = lease is null
            ? await planner.PlanAsync(stop).ConfigureAwait(false)
            : await planner.PlanAndAddColumnsAsync(lease, stop).ConfigureAwait(false);
        _context = new RunContext(services, pipeline, new RunIdentity(pipeline.Name, runId, IsRetry: false), planner, plan, lease, pump) { Transform = options.Transform, DryRun = dryRun };
        _context.Notes.AddRange(plan.Notes);
        foreach (var note in plan.Notes) services.Logger.PlanNote(pipeline.Name, note);
        if (options.Mode == SyncMode.Incremental)
        {
            _incremental = new IncrementalLoad(_context);
            return await _incremental.RunAsync(watermark, stop).ConfigureAwait(false);
        }

        _full = new FullLoad(_context, options.AllowEmpty);
        return await _full.RunAsync(stop).ConfigureAwait(false);
    }

    private async Task<Watermark?> FindWatermarkAsync(CancellationToken stop)
    {
        await using var connection = await services.Postgres.OpenAsync(stop).ConfigureAwait(false);
        return await WatermarkStore.FindAsync(connection, pipeline.Name, stop).ConfigureAwait(false);
    }
}

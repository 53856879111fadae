using EtlTools.Core.Config;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>Runs something under a pipeline's lease and releases it with how that ended.</summary>
internal static class LeasedRun
{
    /// <summary>Takes the lease, runs, releases.</summary>
    /// <exception cref="Errors.ConflictException">Another run holds the lease.</exception>
    public static async Task<string> RunAsync(
        EtlServices services, PipelineDefinition pipeline, Guid runId, Func<PipelineLease, Task<string>> run, CancellationToken stop)
    {
        var request = new LeaseRequest(pipeline.Name, pipeline.Source, pipeline.Target, pipeline.WatermarkColumn, runId);
        var lease = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await PipelineLease.TakeAsync(services.Postgres, request, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            services.Logger.LeaseTaken(pipeline.Name, lease.Fence);
            try
            {
                await RunStore.MarkAbandonedAsync(lease.Connection, pipeline.Name, runId, stop).ConfigureAwait(false);
                var status = await run(lease).ConfigureAwait(false);
                await ReleaseAsync(lease, status, null).ConfigureAwait(false);
                return status;
            }
            catch (Exception failure)
            {
                var isStopped = failure is OperationCanceledException && stop.IsCancellationRequested;
                await ReleaseAsync(lease, isStopped ? RunStatus.Cancelled : RunStatus.Failed, failure.Message).ConfigureAwait(false);
                throw;
            }
        }
    }

    private static async Task ReleaseAsync(PipelineLease lease, string status, string? error)
    {
        try
        {
            var isSuccess = status is RunStatus.Done or RunStatus.Idle or RunStatus.Quarantined;
            await lease.ReleaseAsync(status, error, isSuccess, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is NpgsqlException or InvalidOperationException)
        {
            // The lock goes with the session; the next run overwrites the holder.
        }
    }
}

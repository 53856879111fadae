using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
using Npgsql;
using Polly;

namespace EtlTools.Core.Sync;

/// <summary>Runs something under a pipeline's lease and releases it with how that ended.</summary>
internal static class LeasedRun
{
    /// <summary>Takes the lease, runs, releases.</summary>
    /// <exception cref="ConflictException">Another run holds the lease.</exception>
    public static async Task<string> RunAsync(
        EtlServices services, PipelineDefinition pipeline, Guid runId, Func<PipelineLease, Task<string>> run, CancellationToken stop)
    {
        var request = new LeaseRequest(pipeline.Name, pipeline.Source, pipeline.Target, pipeline.WatermarkColumn, runId);
        var retry = services.Resilience.For(ResiliencePipelines.Postgres);
        var lease = await retry.ExecuteAsync(
            async token => await PipelineLease.TakeAsync(services.Postgres, request, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            services.Logger.LeaseTaken(pipeline.Name, lease.Fence);
            FaultPoint.Reach("lease-taken");
            try
            {
                await lease.RunAsync(retry, (connection, token) => RunStore.MarkAbandonedAsync(connection, pipeline.Name, runId, token), stop).ConfigureAwait(false);
                var status = await run(lease).ConfigureAwait(false);
                FaultPoint.Reach("before-release");
                await ReleaseAsync(lease, retry, status, null).ConfigureAwait(false);
                FaultPoint.Reach("after-release");
                return status;
            }
            catch (Exception failure)
            {
                var isStopped = failure is OperationCanceledException && stop.IsCancellationRequested;
                await ReleaseAsync(lease, ResiliencePipeline.Empty, isStopped ? RunStatus.Cancelled : RunStatus.Failed, failure.Message).ConfigureAwait(false);
                throw;
            }
        }
    }

    private static async Task ReleaseAsync(PipelineLease lease, ResiliencePipeline retry, string status, string? error)
    {
        try
        {
            var isSuccess = status is RunStatus.Done or RunStatus.Idle or RunStatus.Quarantined;
            await lease.RunAsync(
                retry,
                async (_, token) =>
                {
                    await lease.ReleaseAsync(status, error, isSuccess, token).ConfigureAwait(false);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is NpgsqlException or EtlException || PostgresErrors.IsTransient(lost))
        {
            // The lock goes with the session, and the next run overwrites the holder; or another run holds the lease already.
        }
    }
}

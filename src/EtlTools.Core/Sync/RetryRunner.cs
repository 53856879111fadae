using EtlTools.Core.Config;

namespace EtlTools.Core.Sync;

/// <summary>Retries the quarantined rows of several pipelines, one after the other.</summary>
public sealed class RetryRunner(EtlServices services)
{
    /// <summary>Retries. After a stop request the remaining ones are not begun and have no result.</summary>
    /// <param name="pipelines">Whose rows.</param>
    /// <param name="progress">Told after each batch, on a worker thread; may be null.</param>
    /// <param name="stop">Ends at the next batch boundary.</param>
    /// <param name="transform">The transform the rows were synced with; null when there is none.</param>
    /// <param name="isDryRun">Whether everything but the write is done.</param>
    public async Task<IReadOnlyList<SyncResult>> RunAsync(
        IReadOnlyList<PipelineDefinition> pipelines, IProgress<SyncProgress>? progress, CancellationToken stop, IRowTransform? transform = null,
        bool isDryRun = false)
    {
        ArgumentNullException.ThrowIfNull(pipelines);
        var results = new List<SyncResult>();
        var retry = new QuarantineRetry(services);
        foreach (var pipeline in pipelines)
        {
            if (stop.IsCancellationRequested) break;
            results.Add(await retry.RunAsync(pipeline, progress, stop, transform, isDryRun).ConfigureAwait(false));
        }

        return results;
    }
}

using EtlTools.Core.Config;

namespace EtlTools.Core.Sync;

/// <summary>Retries the quarantined rows of several pipelines, one after the other.</summary>
public sealed class RetryRunner(EtlServices services)
{
    /// <summary>Retries. After a stop request the remaining ones are not begun and have no result.</summary>
    public async Task<IReadOnlyList<SyncResult>> RunAsync(
        IReadOnlyList<PipelineDefinition> pipelines, IProgress<SyncProgress>? progress, CancellationToken stop, IRowTransform? transform = null)
    {
        ArgumentNullException.ThrowIfNull(pipelines);
        var results = new List<SyncResult>();
        var retry = new QuarantineRetry(services);
        foreach (var pipeline in pipelines)
        {
            if (stop.IsCancellationRequested) break;
            results.Add(await retry.RunAsync(pipeline, progress, stop, transform).ConfigureAwait(false));
        }

        return results;
    }
}

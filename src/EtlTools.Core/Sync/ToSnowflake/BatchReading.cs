using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>A part that is being read from PostgreSQL, ahead of its turn perhaps: nothing of it leaves this machine before its manifest is written.</summary>
internal sealed class BatchReading
{
    private readonly TaskCompletionSource _mayUpload = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<ExtractedRows> _rows;

    /// <param name="part">The part.</param>
    /// <param name="manifest">What will be noted of it.</param>
    /// <param name="stage">Where its files will lie.</param>
    /// <param name="read">Reads it; uploads when the task it is given ends.</param>
    public BatchReading(OutboundPart part, Manifest manifest, SnowflakeStage stage, Func<Task, Task<ExtractedRows>> read)
    {
        (Part, Manifest, Stage) = (part, manifest, stage);
        _rows = Task.Run(() => read(_mayUpload.Task));
    }

    /// <summary>The part.</summary>
    public OutboundPart Part { get; }

    /// <summary>What is noted of it before the first file leaves.</summary>
    public Manifest Manifest { get; }

    /// <summary>Where its files lie.</summary>
    public SnowflakeStage Stage { get; }

    /// <summary>Lets its files go, now that the manifest is written.</summary>
    /// <returns>The rows, when all files are on the stage.</returns>
    public Task<ExtractedRows> UploadAsync()
    {
        _mayUpload.TrySetResult();
        return _rows;
    }

    /// <summary>Waits for the end of a reading that was cancelled, or is over; how it ended does not matter.</summary>
    public async Task EndAsync() => await ((Task)_rows).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

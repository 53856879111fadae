using System.Management.Automation;

namespace EtlTools.Cmdlets.Pipeline;

/// <summary>
/// A cmdlet whose work is asynchronous. All input is collected first; the work runs once, at the end, off the pipeline's thread.
/// Ctrl-C, a consumer that has had enough and a failure all end it before the command returns.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private PipelinePump? _pump;

    /// <summary>The work.</summary>
    /// <param name="output">The cmdlet's streams.</param>
    /// <param name="stop">Asks for an end at the next boundary.</param>
    protected abstract Task ExecuteAsync(PipelineWriter output, CancellationToken stop);

    /// <summary>An exception as it is to be reported.</summary>
    protected abstract ErrorRecord RecordOf(Exception exception);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        using var pump = _pump = new PipelinePump();
        var failure = pump.Run(stop => ExecuteAsync(new PipelineWriter(this, pump), stop));
        // A stop was the user's own wish, and PowerShell says the rest.
        if (failure is null || Stopping) return;
        throw Ending(failure);
    }

    /// <summary>What to throw on the pipeline's thread for a failure: as the statement throw does, it ends a script, and pwsh -File with it, unless somebody catches it.</summary>
    private protected RuntimeException Ending(Exception failure)
    {
        var record = RecordOf(failure);
        return new RuntimeException(record.Exception.Message, null, record) { WasThrownFromThrowStatement = true };
    }

    /// <summary>Asks the work to stop; PowerShell calls it on a thread of its own.</summary>
    protected override void StopProcessing() => _pump?.RequestStop();

    /// <summary>Called by PowerShell however the pipeline ended.</summary>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the work if it still runs.</summary>
    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing) _pump?.Dispose();
    }
}

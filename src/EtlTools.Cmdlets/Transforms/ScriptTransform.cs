using System.Management.Automation;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core.Sync;

namespace EtlTools.Cmdlets.Transforms;

/// <summary>Runs the user's script block over rows, chunk by chunk, on the pipeline's thread: script blocks belong to it.</summary>
internal sealed class ScriptTransform(ScriptBlock script, PipelineWriter output) : IRowTransform
{
    /// <summary>Large enough that going from thread to thread costs nothing, small enough that a stop is soon heard.</summary>
    public int ChunkSize => 500;

    /// <inheritdoc/>
    public async Task ApplyAsync(IReadOnlyList<TransformRow> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await output.InvokeAsync(() =>
        {
            foreach (var row in rows) Apply(row);
            return true;
        }).ConfigureAwait(false);
    }

    private void Apply(TransformRow row)
    {
        var input = new PSObject();
        for (var i = 0; i < row.Columns.Count; i++) input.Properties.Add(new PSNoteProperty(row.Columns[i], row.Values[i]), preValidated: true);
        try
        {
            // An error that PowerShell would print and pass over would leave a row as if the transform had been applied.
            var results = script.InvokeWithContext(null, [new PSVariable("_", input), new PSVariable("ErrorActionPreference", ActionPreference.Stop)]);
            if (results.Count > 1) row.Reject($"The transform returned {results.Count} objects for one row.");
            else if (results.Count == 0 || results[0] is null) row.Drop();
            else TransformedRow.CopyTo(row, results[0]);
        }
        catch (RuntimeException thrown) when (thrown is not PipelineStoppedException)
        {
            row.Reject($"The transform threw: {(thrown.InnerException as RuntimeException ?? thrown).Message}");
        }
    }
}

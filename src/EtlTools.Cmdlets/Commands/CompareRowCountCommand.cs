using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Compare;
using EtlTools.Core.Config;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Counts the rows of each table at the source and at the target. A table that cannot be counted is an error; the others are still counted.</summary>
[Cmdlet(VerbsData.Compare, "RowCount")]
[OutputType(typeof(EtlRowCount))]
public sealed class CompareRowCountCommand : TableCmdlet
{
    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return;
        WarnOfSettings(session, output);
        foreach (var pipeline in TableSelection.Select(session.Configuration, Tables))
        {
            stop.ThrowIfCancellationRequested();
            var entry = await CompareEntry.OfAsync(session, pipeline, stop).ConfigureAwait(false);
            if (entry.Failure is { } failure) output.WriteError(FailureRecord.Of(failure, CommandName, pipeline.Name, session.Scrubber));
            else output.WriteObject(EtlRowCount.From(entry));
        }
    }
}

using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Shows how far tables have come, and who runs them now.</summary>
[Cmdlet(VerbsCommon.Get, "EtlWatermark")]
[OutputType(typeof(EtlWatermark))]
public sealed class GetEtlWatermarkCommand : TableCmdlet
{
    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return;
        WarnOfSettings(session, output);
        foreach (var table in await new StateQueries(session).TablesAsync(Tables, stop).ConfigureAwait(false)) output.WriteObject(EtlWatermark.From(table));
    }
}

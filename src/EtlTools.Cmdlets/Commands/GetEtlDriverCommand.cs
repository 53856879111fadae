using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Driver;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Shows which Snowflake driver is in the driver folder, and whether it can be used.</summary>
[Cmdlet(VerbsCommon.Get, "EtlDriver")]
[OutputType(typeof(EtlDriver))]
public sealed class GetEtlDriverCommand : EtlCmdlet
{
    /// <inheritdoc/>
    protected override Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        output.WriteObject(EtlDriver.From(DriverStatus.Of(session.DriverFolder())));
        return Task.CompletedTask;
    }
}

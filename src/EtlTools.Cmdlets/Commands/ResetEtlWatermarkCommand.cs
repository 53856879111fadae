using System.Management.Automation;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Forgets a table's watermark: the next run reads everything. Rows that are in the target already stay as they are.</summary>
[Cmdlet(VerbsCommon.Reset, "EtlWatermark", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtlWatermark))]
public sealed class ResetEtlWatermarkCommand : WatermarkChangeCmdlet
{
    private protected override string? NewValue => null;
}

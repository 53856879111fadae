using System.Management.Automation;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Sets a table's watermark: the next run reads what changed since then. Rows before it that were not moved yet are skipped.</summary>
[Cmdlet(VerbsCommon.Set, "EtlWatermark", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtlWatermark))]
public sealed class SetEtlWatermarkCommand : WatermarkChangeCmdlet
{
    /// <summary>The watermark column's value up to which rows count as moved, such as 2026-01-31 00:00:00.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Value { get; set; } = "";

    private protected override string? NewValue => Value;
}

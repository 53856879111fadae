using System.Globalization;
using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Gives quarantined rows up: they are kept as discarded, and no longer retried.</summary>
[Cmdlet(VerbsCommon.Remove, "EtlError", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtlError))]
public sealed class RemoveEtlErrorCommand : EtlCmdlet
{
    private readonly List<long> _ids = [];

    /// <summary>Numbers of entries, as Get-EtlError shows them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public long[] Id { get; set; } = [];

    /// <summary>Returns the entries as they are afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => _ids.Count == 1 ? _ids[0] : _ids.ToArray();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _ids.AddRange(Id);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (_ids.Count == 0) return;
        WarnOfSettings(session, output);
        var state = new StateQueries(session);
        string[] items = [.. _ids.Distinct().Select(id => id.ToString(CultureInfo.InvariantCulture))];
        var open = (await state.ErrorsAsync(items, null, items.Length, stop).ConfigureAwait(false)).Where(row => row.Status == "open").ToList();
        var confirmed = await output.InvokeAsync(
            () => open.Where(row => ShouldProcess($"{row.Pipeline} {row.Key}: {row.Reason}", "Give the row up")).Select(row => row.Id).ToList()).ConfigureAwait(false);
        if (confirmed.Count == 0) return;
        await state.DiscardAsync(confirmed, stop).ConfigureAwait(false);
        if (!PassThru) return;
        items = [.. confirmed.Select(id => id.ToString(CultureInfo.InvariantCulture))];
        foreach (var row in await state.ErrorsAsync(items, null, items.Length, stop).ConfigureAwait(false)) output.WriteObject(EtlError.From(row, withData: false));
    }
}

using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Commands;

/// <summary>A command that changes watermarks by hand.</summary>
public abstract class WatermarkChangeCmdlet : EtlCmdlet
{
    private readonly List<(string Table, string? Value)> _changes = [];
    private string? _current;

    /// <summary>Name, source or target of one table in the YAML file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Pipeline")]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    public string Table { get; set; } = "";

    /// <summary>Returns the watermark as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The value for the table at hand; null forgets its watermark.</summary>
    private protected abstract string? NewValue { get; }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => _current ?? base.TargetOf(exception);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _changes.Add((Table, NewValue));
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        foreach (var (table, value) in _changes)
        {
            stop.ThrowIfCancellationRequested();
            _current = table;
            var change = await WatermarkChange.PlanAsync(session, table, value, stop).ConfigureAwait(false);
            var action = change.Cursor is { } cursor
                ? $"Set the watermark from {change.Before?.Cursor ?? "(none)"} to {cursor}"
                : $"Forget the watermark {change.Before?.Cursor ?? "(none)"}, so that the next run reads everything";
            if (!await output.InvokeAsync(() => ShouldProcess(change.Pipeline, action)).ConfigureAwait(false)) continue;
            var after = await change.ApplyAsync(stop).ConfigureAwait(false);
            if (PassThru && after is not null) output.WriteObject(EtlWatermark.From(after) with { PreviousValue = change.Before?.Cursor });
        }
    }
}

using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Sync;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Brings target tables up to date with their sources. With -WhatIf everything but the write is done, and the figures shown.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "IncrementalSync", SupportsShouldProcess = true)]
[OutputType(typeof(EtlRun))]
public sealed class InvokeIncrementalSyncCommand : RunCmdlet
{
    /// <summary>Rows changed since the watermark, or all rows.</summary>
    [Parameter]
    public EtlSyncMode Mode { get; set; }

    /// <summary>Rows a batch, instead of what the YAML file says.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int BatchSize { get; set; }

    /// <summary>How many rows may be quarantined before a run fails: a count such as 100, or a share such as 1%.</summary>
    [Parameter]
    public string? MaxErrors { get; set; }

    /// <summary>How far behind the watermark the window begins: a duration such as 5m, or a number for numeric watermark columns.</summary>
    [Parameter]
    public string? Lookback { get; set; }

    /// <summary>Rows younger than this wait for the next run.</summary>
    [Parameter]
    public string? Settle { get; set; }

    /// <summary>Lets a full run of an empty source empty the target.</summary>
    [Parameter]
    public SwitchParameter AllowEmpty { get; set; }

    /// <summary>
    /// Goes on until stopped, beginning anew after each such time: a duration such as 120s, or the word Configured for what the YAML
    /// file says. A failed table is an error that does not end the command, and is tried less often.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Every { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return;
        var overrides = new SyncOverrides(
            MyInvocation.BoundParameters.ContainsKey(nameof(BatchSize)) ? BatchSize : null, ParameterText.Limit(nameof(MaxErrors), MaxErrors),
            ParameterText.Distance(nameof(Lookback), Lookback), ParameterText.Duration(nameof(Settle), Settle));
        var interval = Interval(session.Configuration.SyncInterval);
        WarnOfSettings(session, output);
        var pipelines = TableSelection.Select(session.Configuration, Tables).Select(overrides.Apply).ToList();
        var (confirmed, isDryRun) = await output.InvokeAsync(() => Confirm(pipelines)).ConfigureAwait(false);
        if (confirmed.Count == 0) return;
        var options = new SyncOptions
        {
            Mode = (SyncMode)Mode, DryRun = isDryRun, AllowEmpty = AllowEmpty, Transform = TransformFor(output),
        };
        if (interval is { } every && !isDryRun)
        {
            await new RepeatingSync(session.Services, every).RunAsync(confirmed, options, tick => Pass(session, output, tick), stop).ConfigureAwait(false);
            return;
        }

        var results = await new SyncRunner(session.Services).RunAsync(confirmed, options, Watch(output, session.Time), stop).ConfigureAwait(false);
        Conclude(session, output, results);
    }

    private TimeSpan? Interval(TimeSpan configured)
    {
        if (Every is null) return null;
        var interval = Every.Equals("Configured", StringComparison.OrdinalIgnoreCase) ? configured : ParameterText.Duration(nameof(Every), Every)!.Value;
        return interval >= TimeSpan.FromSeconds(1) ? interval : throw new ConfigurationException("-Every is shorter than a second.", "Give at least 1s.");
    }

    private (List<PipelineDefinition> Confirmed, bool IsDryRun) Confirm(IEnumerable<PipelineDefinition> pipelines)
    {
        var confirmed = new List<PipelineDefinition>();
        var isDryRun = false;
        foreach (var pipeline in pipelines)
        {
            var what = $"{(Mode == EtlSyncMode.Full ? "Full sync" : "Sync")} of {pipeline.Source} into {pipeline.Target}";
            if (!ShouldProcess(what, $"{what}?", "Sync", out var reason) && reason != ShouldProcessReason.WhatIf) continue;
            isDryRun |= reason == ShouldProcessReason.WhatIf;
            confirmed.Add(pipeline);
        }

        return (confirmed, isDryRun);
    }
}

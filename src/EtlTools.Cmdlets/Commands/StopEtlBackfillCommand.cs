using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Backfill;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Asks all workers of a backfill to stop at their next batch, wherever they run. What is loaded stays.</summary>
[Cmdlet(VerbsLifecycle.Stop, "EtlBackfill", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtlBackfill))]
public sealed class StopEtlBackfillCommand : EtlCmdlet
{
    private readonly List<string> _names = [];
    private string? _current;

    /// <summary>Names of backfills, which are those of their tables unless they were given others; * stands for any characters, in those that are not finished.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BackfillCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Returns the backfill as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => (object?)_current ?? (_names.Count == 1 ? _names[0] : _names.ToArray());

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _names.AddRange(Name);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        var queries = new BackfillQueries(session);
        foreach (var name in await MeantAsync(queries, stop).ConfigureAwait(false))
        {
            _current = name;
            if (!await output.InvokeAsync(() => ShouldProcess(name, "Ask all workers to stop")).ConfigureAwait(false)) continue;
            var after = await queries.CancelAsync(name, stop).ConfigureAwait(false);
            if (PassThru) output.WriteObject(EtlBackfill.From(after, session.Scrubber));
        }
    }

    private async Task<List<string>> MeantAsync(BackfillQueries queries, CancellationToken stop)
    {
        var patterns = _names.Where(WildcardPattern.ContainsWildcardCharacters).ToList();
        var names = _names.Except(patterns).ToList();
        if (patterns.Count == 0) return names;
        var meant = new NamePatterns("backfill", patterns);
        var all = await queries.ListAsync(null, int.MaxValue, stop).ConfigureAwait(false);
        return [.. names.Union(all.Where(snapshot => !snapshot.Plan.IsFinished && meant.Mean(snapshot.Plan.Name)).Select(snapshot => snapshot.Plan.Name))];
    }
}

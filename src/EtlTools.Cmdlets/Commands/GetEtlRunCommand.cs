using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Errors;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Shows runs, the newest first.</summary>
[Cmdlet(VerbsCommon.Get, "EtlRun")]
[OutputType(typeof(EtlRun))]
public sealed class GetEtlRunCommand : TableCmdlet
{
    private readonly HashSet<Guid> _ids = [];

    /// <summary>Only the runs with these ids.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RunCompleter))]
    public Guid[]? RunId { get; set; }

    /// <summary>Only runs that ended so; * stands for any characters.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunStatusCompleter))]
    public string[]? Status { get; set; }

    /// <summary>At most so many.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Limit { get; set; } = 20;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _ids.UnionWith(RunId ?? []);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return;
        WarnOfSettings(session, output);
        var statuses = Status?.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToList();
        var isFiltered = statuses is not null || _ids.Count > 0;
        var runs = await new StateQueries(session).RunsAsync(Tables, isFiltered ? int.MaxValue : Limit, stop).ConfigureAwait(false);
        var meant = runs.Where(run => _ids.Count == 0 || _ids.Contains(run.RunId))
            .Where(run => statuses is null || statuses.Exists(pattern => pattern.IsMatch(run.Status))).Take(Math.Max(Limit, _ids.Count));
        foreach (var id in _ids.Except(runs.Select(run => run.RunId)))
            output.WriteError(FailureRecord.Of(new ConfigurationException($"There is no run {id}.", "See Get-EtlRun."), CommandName, id, session.Scrubber));
        foreach (var run in meant) output.WriteObject(EtlRun.From(run, session.Scrubber));
    }
}

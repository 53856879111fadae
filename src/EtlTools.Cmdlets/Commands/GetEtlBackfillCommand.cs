using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Backfill;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Shows backfills and how far they have come, whichever processes work on them; the newest first.</summary>
[Cmdlet(VerbsCommon.Get, "EtlBackfill")]
[OutputType(typeof(EtlBackfill))]
public sealed class GetEtlBackfillCommand : EtlCmdlet
{
    private readonly List<string> _names = [], _tables = [];
    private bool _hasInput;

    /// <summary>Only backfills of these names; * stands for any characters.</summary>
    // Not by value: a table's text would be taken for a backfill's name.
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackfillCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only backfills of these tables; * stands for any characters.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Pipeline")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Table { get; set; }

    /// <summary>At most so many.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Limit { get; set; } = 20;

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => _names.Count switch { 0 => base.TargetOf(exception), 1 => _names[0], _ => _names.ToArray() };

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _hasInput = true;
        _names.AddRange(Name ?? []);
        _tables.AddRange(Table ?? []);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        // A pipeline that brought nothing means none, not all.
        if (!_hasInput && MyInvocation.ExpectingInput) return;
        WarnOfSettings(session, output);
        var (names, tables) = (new NamePatterns("backfill", _names), new NamePatterns("table", _tables));
        var isFiltered = _names.Count + _tables.Count > 0;
        var all = await new BackfillQueries(session).ListAsync(null, isFiltered ? int.MaxValue : Limit, stop).ConfigureAwait(false);
        names.EnsureFound(all.Select(snapshot => snapshot.Plan.Name), "See Get-EtlBackfill for those there are; Start-Backfill begins one.");
        foreach (var snapshot in all.Where(snapshot => names.Mean(snapshot.Plan.Name) && tables.Mean(snapshot.Plan.Pipeline)).Take(Limit))
            output.WriteObject(EtlBackfill.From(snapshot, session.Scrubber));
    }
}

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
    /// <summary>Only backfills of these names; * stands for any characters.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackfillCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>At most so many.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Limit { get; set; } = 20;

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        var patterns = Name?.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToList();
        var all = await new BackfillQueries(session).ListAsync(null, patterns is null ? Limit : int.MaxValue, stop).ConfigureAwait(false);
        foreach (var snapshot in all.Where(snapshot => patterns is null || patterns.Exists(pattern => pattern.IsMatch(snapshot.Plan.Name))).Take(Limit))
            output.WriteObject(EtlBackfill.From(snapshot, session.Scrubber));
    }
}

using System.Globalization;
using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Shows rows that the target refused: the quarantine.</summary>
[Cmdlet(VerbsCommon.Get, "EtlError")]
[OutputType(typeof(EtlError))]
public sealed class GetEtlErrorCommand : TableCmdlet
{
    /// <summary>Only the entries with these numbers.</summary>
    [Parameter]
    public long[]? Id { get; set; }

    /// <summary>Only entries of this status.</summary>
    [Parameter]
    [ValidateSet("Open", "Resolved", "Discarded", "All", IgnoreCase = true)]
    public string Status { get; set; } = "Open";

    /// <summary>At most so many of the newest.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Limit { get; set; } = 1000;

    /// <summary>Also returns the rows' values, which may be personal data.</summary>
    [Parameter]
    public SwitchParameter IncludeData { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return;
        WarnOfSettings(session, output);
        var status = Status.Equals("All", StringComparison.OrdinalIgnoreCase) ? null : Status.ToLowerInvariant();
        string[] items = [.. Tables, .. (Id ?? []).Select(id => id.ToString(CultureInfo.InvariantCulture))];
        foreach (var row in await new StateQueries(session).ErrorsAsync(items, status, Limit, stop).ConfigureAwait(false))
            output.WriteObject(EtlError.From(row, IncludeData));
    }
}

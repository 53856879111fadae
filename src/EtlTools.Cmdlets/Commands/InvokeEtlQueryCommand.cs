using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Query;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Asks Snowflake, or the sandbox's warehouse, something; one object for each row. Nothing is written.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EtlQuery")]
[OutputType(typeof(PSObject))]
public sealed class InvokeEtlQueryCommand : EtlCmdlet
{
    /// <summary>One statement that reads: SELECT, WITH, SHOW, DESCRIBE, LIST or EXPLAIN.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Query { get; set; } = "";

    /// <summary>How many rows are read at most.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Limit { get; set; } = 1000;

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(output);
        WarnOfSettings(session, output);
        var answer = await new WarehouseQuery(session.Services).RunAsync(Query, Limit, stop).ConfigureAwait(false);
        var columns = answer.DistinctColumns();
        foreach (var row in answer.Rows) output.WriteObject(Row(columns, row, session));
        if (!answer.IsComplete) output.WriteWarning($"There are more rows than {answer.Rows.Count}; -Limit reads more.");
    }

    private static PSObject Row(IReadOnlyList<string> columns, IReadOnlyList<string?> fields, EtlSession session)
    {
        var row = new PSObject();
        for (var i = 0; i < columns.Count; i++) row.Properties.Add(new PSNoteProperty(columns[i], session.Scrubber.Scrub(fields[i])));
        return row;
    }
}

using System.Management.Automation;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>A command on tables, which are named or come from the pipeline; all of them when none is named.</summary>
public abstract class TableCmdlet : EtlCmdlet
{
    private readonly List<string> _tables = [];
    private bool _hasInput;

    /// <summary>Name, source or target of tables in the YAML file; * stands for any characters.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Pipeline")]
    [ArgumentCompleter(typeof(TableCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Table { get; set; }

    /// <summary>What the pipeline brings: texts are names of tables; other objects are taken by their properties.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What was named, in the order in which it came.</summary>
    protected IReadOnlyList<string> Tables => _tables;

    /// <summary>Whether the pipeline was to bring tables and brought none: then none is meant, not all.</summary>
    protected bool IsNothingMeant => !_hasInput && MyInvocation.ExpectingInput;

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => _tables.Count switch { 0 => base.TargetOf(exception), 1 => _tables[0], _ => _tables.ToArray() };

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _hasInput = true;
        if (InputObject?.BaseObject is string name) _tables.Add(name);
        else if (Table is not null) _tables.AddRange(Table);
    }
}

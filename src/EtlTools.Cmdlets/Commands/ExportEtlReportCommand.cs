using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Errors;
using EtlTools.Core.Report;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Reports what became of a backfill, as an object and, with -Path, as a file: text, JSON, or a page with charts.</summary>
[Cmdlet(VerbsData.Export, "EtlReport", SupportsShouldProcess = true)]
[OutputType(typeof(EtlReport))]
public sealed class ExportEtlReportCommand : EtlCmdlet
{
    private readonly List<string> _names = [];
    private string? _current;

    /// <summary>Name of the backfill, finished or not.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BackfillCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The file to write; one that is there is replaced.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>What the file is written as; otherwise what its name says, and text where that says nothing.</summary>
    [Parameter]
    public EtlReportFormat Format { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _names.Add(Name);
    }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => (object?)_current ?? (_names.Count == 1 ? _names[0] : _names.ToArray());

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        if (Path is not null && _names.Count > 1)
            throw new ConfigurationException($"-Path is one file, but {_names.Count} backfills were named.", "Name one backfill for each file.");
        var path = await output.InvokeAsync(() => FullPath(Path)).ConfigureAwait(false);
        foreach (var name in _names)
        {
            _current = name;
            var report = await new BackfillReportQuery(session).RunAsync(name, stop).ConfigureAwait(false);
            var isWritten = path is not null && await output.InvokeAsync(() => ShouldProcess(path, $"Write the report of {name}")).ConfigureAwait(false);
            if (isWritten) await report.WriteAsync(path!, FormatOf(path!), stop).ConfigureAwait(false);
            output.WriteObject(EtlReport.From(report, isWritten ? path : null));
        }
    }

    private ReportFormat FormatOf(string path) => MyInvocation.BoundParameters.ContainsKey(nameof(Format))
        ? (ReportFormat)Format
        : ReportFormats.OfFile(path) ?? ReportFormat.Text;
}

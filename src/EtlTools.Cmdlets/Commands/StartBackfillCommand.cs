using System.Globalization;
using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Report;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Loads the history of a table in parallel, or goes on with an unfinished backfill. With -WhatIf it is only planned.</summary>
[Cmdlet(VerbsLifecycle.Start, "Backfill", SupportsShouldProcess = true)]
[OutputType(typeof(EtlBackfill))]
public sealed class StartBackfillCommand : EtlCmdlet
{
    /// <summary>Name, source or target of one table in the YAML file that goes to PostgreSQL.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Pipeline")]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    public string Table { get; set; } = "";

    /// <summary>What the backfill is called; the table's name when left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>First value of the watermark column, inclusive.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>Last value of the watermark column, inclusive; a date means the whole day.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? To { get; set; }

    /// <summary>Into how many parts the range is divided; picked by size when left out.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int Partitions { get; set; }

    /// <summary>Workers of this process.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Parallel { get; set; }

    /// <summary>Rows a batch of the method Stream.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int BatchSize { get; set; }

    /// <summary>How rows travel.</summary>
    [Parameter]
    public EtlBackfillMethod Method { get; set; }

    /// <summary>Goes on with an unfinished backfill of the name. It is what happens anyway, unless -Restart is given.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Gives an unfinished backfill of the name up and plans anew.</summary>
    [Parameter]
    public SwitchParameter Restart { get; set; }

    /// <summary>Takes part in a backfill that exists, with its parameters; never makes one.</summary>
    [Parameter]
    public SwitchParameter Join { get; set; }

    /// <summary>Tries parked partitions again.</summary>
    [Parameter]
    public SwitchParameter Retry { get; set; }

    /// <summary>Where the report is left when it ends: a file or a folder; otherwise ETL_REPORT_DIR.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Report { get; set; }

    /// <summary>Rows in quarantine make the command fail, instead of a warning.</summary>
    [Parameter]
    public SwitchParameter FailOnError { get; set; }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => Table;

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        if (Restart && (Join || Resume)) throw new ConfigurationException("-Restart gives a backfill up; -Join and -Resume go on with it.", "Leave one of them out.");
        var pipelines = TableSelection.Select(session.Configuration, [Table]);
        if (pipelines is not [var pipeline])
            throw new ConfigurationException(FormattableString.Invariant($"'{Table}' is {pipelines.Count} tables: {string.Join(", ", pipelines.Select(p => p.Name))}."), "Name one of them; each has a backfill of its own.");
        var what = $"Backfill of {pipeline.Source} into {pipeline.Target}";
        var reason = ShouldProcessReason.None;
        var isConfirmed = await output.InvokeAsync(() => ShouldProcess(what, $"{what}?", "Backfill", out reason)).ConfigureAwait(false);
        if (!isConfirmed && reason != ShouldProcessReason.WhatIf) return;
        var progress = new BackfillProgress(output, ProgressReporter.IsWatched(Host.Name));
        try
        {
            var result = await new BackfillRunner(session.Services).RunAsync(pipeline, Options(isDryRun: !isConfirmed), progress, stop).ConfigureAwait(false);
            await ConcludeAsync(session, output, result, stop).ConfigureAwait(false);
        }
        finally
        {
            progress.End();
        }
    }

    private BackfillOptions Options(bool isDryRun) => new()
    {
        Name = Name,
        From = From,
        To = To,
        Partitions = Partitions > 0 ? Partitions : null,
        Parallel = Parallel > 0 ? Parallel : null,
        BatchSize = BatchSize > 0 ? BatchSize : null,
        Method = Method switch { EtlBackfillMethod.Stream => BackfillMethod.Stream, EtlBackfillMethod.Unload => BackfillMethod.Unload, _ => null },
        Restart = Restart,
        Join = Join,
        Unpark = Retry,
        DryRun = isDryRun,
    };

    private async Task ConcludeAsync(EtlSession session, PipelineWriter output, BackfillResult result, CancellationToken stop)
    {
        var place = await output.InvokeAsync(() => FullPath(Report)).ConfigureAwait(false);
        var written = await ReportAtEnd.WriteAsync(session, result, place).ConfigureAwait(false);
        if (written.Problem is { } problem) output.WriteWarning(session.Scrubber.Scrub(CmdletWords.In(problem)));
        foreach (var note in result.Notes) output.WriteVerbose($"{Table}: {session.Scrubber.Scrub(CmdletWords.In(note))}");
        if (result.Run is null)
        {
            output.WriteObject(EtlBackfill.From(result, session.Scrubber, session.Time.GetUtcNow()));
            return;
        }

        if (result.Plan is { } plan)
        {
            var all = await new BackfillQueries(session).ListAsync(plan.Name, int.MaxValue, stop.IsCancellationRequested ? CancellationToken.None : stop).ConfigureAwait(false);
            output.WriteObject(EtlBackfill.From(all.First(snapshot => snapshot.Plan.Id == plan.Id), session.Scrubber) with { ReportFiles = [.. written.Files] });
        }

        if (result.Error is { } error)
        {
            var failure = Failure.Of(error);
            throw new EtlCommandException(
                session.Scrubber.Scrub(CmdletWords.In(failure.Message)), failure.Code, session.Scrubber.Scrub(CmdletWords.In(failure.Remedy)) + $" The log is in {session.LogDirectory}.");
        }

        if (result.Run.Status != RunStatus.Quarantined) return;
        var refused = string.Create(CultureInfo.InvariantCulture, $"{Table}: {result.Partitions.Sum(partition => partition.Counts.Quarantined):N0} rows are in quarantine");
        if (!FailOnError) output.WriteWarning(refused + ": see Get-EtlError.");
        else throw new EtlCommandException(refused + ".", "ETL-QUARANTINED", "Get-EtlError shows the rows and reasons; Invoke-EtlErrorRetry tries them again after a repair.");
    }
}

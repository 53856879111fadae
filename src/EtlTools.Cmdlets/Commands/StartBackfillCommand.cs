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
    private readonly List<(string Table, string? Name)> _inputs = [];
    private object? _target;

    /// <summary>Name, source or target of one table in the YAML file that goes to PostgreSQL.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Pipeline")]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    public string Table { get; set; } = "";

    /// <summary>What the backfill is called; the table's name when left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BackfillCompleter))]
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
    protected override object? TargetOf(Exception exception) => _target ?? (_inputs.Count == 1 ? _inputs[0].Table : _inputs.Select(input => input.Table).ToArray());

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _inputs.Add((Table, Name));
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        if (Restart && (Join || Resume)) throw new ConfigurationException("-Restart gives a backfill up; -Join and -Resume go on with it.", "Leave one of them out.");
        // What is named wrongly is found before anything is begun.
        var backfills = _inputs.Select(input => (Pipeline: PipelineOf(session, input.Table), input.Name)).Distinct().ToList();
        if (backfills.GroupBy(backfill => backfill.Name).FirstOrDefault(same => same.Key is not null && same.Count() > 1) is { } shared)
            throw new ConfigurationException($"'{shared.Key}' cannot be the name of several backfills: {string.Join(", ", shared.Select(backfill => backfill.Pipeline.Name))}.", "Leave -Name out, or start them one by one.");
        if (backfills.Count > 1 && Path.HasExtension(Report))
            throw new ConfigurationException($"-Report {Report} is one file for {backfills.Count} reports.", "Give it a folder.");
        var failed = new List<(string Table, Exception Error)>();
        var refused = new List<(string Table, long Rows)>();
        foreach (var (pipeline, name) in backfills)
        {
            stop.ThrowIfCancellationRequested();
            _target = pipeline.Name;
            if (await RunAsync(session, pipeline, name, output, stop).ConfigureAwait(false) is not { } result) continue;
            if (result.Error is { } error) failed.Add((pipeline.Name, error));
            else if (result.Run?.Status == RunStatus.Quarantined) refused.Add((pipeline.Name, result.Partitions.Sum(partition => partition.Counts.Quarantined)));
        }

        Conclude(session, output, failed, refused);
    }

    private static PipelineDefinition PipelineOf(EtlSession session, string table)
    {
        var pipelines = TableSelection.Select(session.Configuration, [table]);
        return pipelines is [var pipeline]
            ? pipeline
            : throw new ConfigurationException(FormattableString.Invariant($"'{table}' is {pipelines.Count} tables: {string.Join(", ", pipelines.Select(p => p.Name))}."), "Name one of them; each has a backfill of its own.");
    }

    // Null when it was not confirmed.
    private async Task<BackfillResult?> RunAsync(EtlSession session, PipelineDefinition pipeline, string? name, PipelineWriter output, CancellationToken stop)
    {
        var what = $"Backfill of {pipeline.Source} into {pipeline.Target}";
        var reason = ShouldProcessReason.None;
        var isConfirmed = await output.InvokeAsync(() => ShouldProcess(what, $"{what}?", "Backfill", out reason)).ConfigureAwait(false);
        if (!isConfirmed && reason != ShouldProcessReason.WhatIf) return null;
        var progress = new BackfillProgress(output, ProgressReporter.IsWatched(Host.Name));
        try
        {
            var result = await new BackfillRunner(session.Services).RunAsync(pipeline, Options(name, isDryRun: !isConfirmed), progress, stop).ConfigureAwait(false);
            foreach (var note in result.Notes) output.WriteVerbose($"{pipeline.Name}: {session.Scrubber.Scrub(CmdletWords.In(note))}");
            await ShowAsync(session, output, result, stop).ConfigureAwait(false);
            return result;
        }
        finally
        {
            progress.End();
        }
    }

    private async Task ShowAsync(EtlSession session, PipelineWriter output, BackfillResult result, CancellationToken stop)
    {
        var place = await output.InvokeAsync(() => FullPath(Report)).ConfigureAwait(false);
        var written = await ReportAtEnd.WriteAsync(session, result, place).ConfigureAwait(false);
        if (written.Problem is { } problem) output.WriteWarning(session.Scrubber.Scrub(CmdletWords.In(problem)));
        if (result.Plan is not { } plan) return;
        if (result.Run is null)
        {
            output.WriteObject(EtlBackfill.From(result, session.Scrubber, session.Time.GetUtcNow()));
            return;
        }

        var all = await new BackfillQueries(session).ListAsync(plan.Name, int.MaxValue, stop.IsCancellationRequested ? CancellationToken.None : stop).ConfigureAwait(false);
        output.WriteObject(EtlBackfill.From(all.First(snapshot => snapshot.Plan.Id == plan.Id), session.Scrubber) with { ReportFiles = [.. written.Files] });
    }

    private BackfillOptions Options(string? name, bool isDryRun) => new()
    {
        Name = name,
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

    private void Conclude(EtlSession session, PipelineWriter output, List<(string Table, Exception Error)> failed, List<(string Table, long Rows)> refused)
    {
        var lines = refused.ConvertAll(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Table}: {entry.Rows:N0} rows are in quarantine"));
        if (!FailOnError) lines.ForEach(line => output.WriteWarning(line + ": see Get-EtlError."));
        if (failed.Count > 0)
        {
            _target = failed.Count == 1 ? failed[0].Table : failed.Select(entry => entry.Table).ToArray();
            throw FailedTables.Of(session, failed);
        }

        if (!FailOnError || lines.Count == 0) return;
        _target = refused.Count == 1 ? refused[0].Table : refused.Select(entry => entry.Table).ToArray();
        throw new EtlCommandException(
            string.Join(Environment.NewLine, lines) + ".", "ETL-QUARANTINED", "Get-EtlError shows the rows and reasons; Invoke-EtlErrorRetry tries them again after a repair.");
    }
}

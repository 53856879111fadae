using System.Globalization;
using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Cmdlets.Transforms;
using EtlTools.Core;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Cmdlets.Commands;

/// <summary>A command that does runs: it shows progress, returns the runs, warns of quarantined rows, and fails when a run failed.</summary>
public abstract class RunCmdlet : TableCmdlet
{
    private object? _target;

    /// <summary>
    /// Is given each row's columns as an object in <c>$_</c>; returns it, changed or not, or nothing to drop the row; throws to put it
    /// into quarantine. The slow path: each row becomes an object, and the run takes about twice as long as without it.
    /// </summary>
    [Parameter]
    public ScriptBlock? Transform { get; set; }

    /// <summary>Rows in quarantine make the command fail, instead of a warning.</summary>
    [Parameter]
    public SwitchParameter FailOnError { get; set; }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => _target ?? base.TargetOf(exception);

    /// <summary>Progress for the runs.</summary>
    private protected ProgressReporter Watch(PipelineWriter output, TimeProvider time) => new(output, ProgressReporter.IsWatched(Host.Name), time);

    /// <summary>The user's transform; null when none was given.</summary>
    private protected ScriptTransform? TransformFor(PipelineWriter output) => Transform is { } script ? new ScriptTransform(script, output) : null;

    /// <summary>Returns the runs, and throws for the worst of them.</summary>
    private protected void Conclude(EtlSession session, PipelineWriter output, IReadOnlyList<SyncResult> results)
    {
        foreach (var result in results)
        {
            var run = EtlRun.From(result, session.Scrubber);
            output.WriteObject(run);
            Warn(output, run, result.Error, session);
        }

        var failed = results.Where(IsFailed).ToList();
        if (failed.Count > 0) throw Failed(session, failed);
        if (!FailOnError || results.FirstOrDefault(result => result.Run.Counts.Quarantined > 0) is not { } refused) return;
        _target = refused.Run.Pipeline;
        throw new EtlCommandException(Refused(refused.Run), "ETL-QUARANTINED", "Get-EtlError shows the rows and reasons; Invoke-EtlErrorRetry tries them again after a repair.");
    }

    /// <summary>Returns the runs of one round of many; a failure is an error that ends nothing.</summary>
    private protected void Pass(EtlSession session, PipelineWriter output, SyncTick tick)
    {
        foreach (var result in tick.Results)
        {
            var run = EtlRun.From(result, session.Scrubber);
            output.WriteObject(run);
            Warn(output, run, result.Error, session);
            if (IsFailed(result)) output.WriteError(FailureRecord.Of(Failed(session, [result]), CommandName, run.Table, session.Scrubber));
        }

        if (tick.Error is { } error) output.WriteError(FailureRecord.Of(error, CommandName, Config, session.Scrubber));
    }

    private static bool IsFailed(SyncResult result) => result.Error is not null && result.Run.Status != RunStatus.Held;

    private EtlCommandException Failed(EtlSession session, List<SyncResult> failed)
    {
        _target = failed.Count == 1 ? failed[0].Run.Pipeline : failed.Select(result => result.Run.Pipeline).ToArray();
        return FailedTables.Of(session, failed.ConvertAll(result => (result.Run.Pipeline, result.Error!)));
    }

    private void Warn(PipelineWriter output, EtlRun run, Exception? error, EtlSession session)
    {
        if (run.Status == RunStatus.Held && error is not null)
            output.WriteWarning(session.Scrubber.Scrub($"Did nothing: {CmdletWords.In(error.Message)}"));
        else if (run.Quarantined > 0 && !FailOnError && run.Status == RunStatus.Quarantined)
            output.WriteWarning(string.Create(CultureInfo.InvariantCulture, $"{run.Table}: {run.Quarantined:N0} rows {(run.DryRun ? "would be quarantined" : "are in quarantine: see Get-EtlError")}."));
        foreach (var note in run.Notes) output.WriteVerbose($"{run.Table}: {note}");
    }

    private static string Refused(RunRecord run) => string.Create(
        CultureInfo.InvariantCulture, $"{run.Pipeline}: {run.Counts.Quarantined:N0} of {run.Counts.Read:N0} rows {(run.DryRun ? "would be quarantined" : "are in quarantine")}.");
}

using System.Globalization;
using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Schedule;

namespace EtlTools.Cmdlets.Commands;

/// <summary>
/// Registers a sync that runs again and again, in place of the schedule of the same name. It runs in the current folder and finds its
/// settings there. With -WhatIf exactly what would be registered is shown, and nothing changed.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "EtlSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(EtlSchedule))]
public sealed class RegisterEtlScheduleCommand : EtlCmdlet
{
    /// <summary>Its name: letters, digits, -, _ and dots.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(ScheduleCompleter))]
    public string Name { get; set; } = "";

    /// <summary>How often: an interval such as 30s, 2m, 1h or 1d, or a time of day such as 03:15.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string Every { get; set; } = "";

    /// <summary>Name, source or target of tables in the YAML file; * stands for any characters. All tables when left out.</summary>
    [Parameter(Position = 2)]
    [ArgumentCompleter(typeof(TableCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Table { get; set; } = [];

    /// <summary>Rows changed since the watermark, or all rows.</summary>
    [Parameter]
    public EtlSyncMode Mode { get; set; }

    /// <summary>Folder of the job's log files; otherwise ETL_LOG_DIR.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogFolder { get; set; }

    /// <summary>Which scheduler; the first that this machine has when left out.</summary>
    [Parameter]
    public EtlScheduler Using { get; set; }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => Name;

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        ScheduledJob.EnsureName(Name);
        if (SnowflakeCredential is not null || PostgresCredential is not null)
            throw new ConfigurationException("A schedule stores no secret, so it takes no credential.", "Put the secret into the .env file (chmod 600), or into a vault and vault:NAME into the .env file.");
        WarnOfSettings(session, output);
        var schedules = new Schedules(SessionSource.Variables(), session.Time);
        var notes = SyncJob.Check(session, Table);
        var kind = await schedules.ChooseAsync((SchedulerKind)Using, stop).ConfigureAwait(false);
        var plan = schedules.Plan(await output.InvokeAsync(() => Job(session)).ConfigureAwait(false), kind);
        var schedule = EtlSchedule.From(plan);
        var (isConfirmed, isPlan) = await output.InvokeAsync(() =>
        {
            var what = $"Register {Name} with {kind}:{Environment.NewLine}{string.Join(Environment.NewLine, schedule.Registration)}";
            var isMeant = ShouldProcess(what, $"{what}{Environment.NewLine}Register it?", "Register", out var reason);
            return (isMeant, reason == ShouldProcessReason.WhatIf);
        }).ConfigureAwait(false);
        if (!isConfirmed && !isPlan) return;
        foreach (var note in notes) output.WriteWarning(note);
        foreach (var note in plan.Notes) output.WriteVerbose(note);
        if (!isConfirmed)
        {
            output.WriteObject(schedule);
            return;
        }

        await schedules.AddAsync(plan, stop).ConfigureAwait(false);
        output.WriteObject(schedule with { NextRun = plan.Job.Interval.NextAfter(session.Time.GetUtcNow(), session.Time.LocalTimeZone) });
    }

    private ScheduledJob Job(EtlSession session)
    {
        var folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        var script = Path.Combine(Path.GetDirectoryName(typeof(RegisterEtlScheduleCommand).Assembly.Location)!, "scripts", "Invoke-EtlJob.ps1");
        List<string> words = ["-NoProfile", "-NonInteractive", "-File", script, "-Name", Name, "-LogFolder", FullPath(LogFolder) ?? Path.GetFullPath(session.LogDirectory, folder)];
        if (Mode != EtlSyncMode.Incremental) words.AddRange(["-Mode", Mode.ToString()]);
        if (FullPath(Config) is { } config) words.AddRange(["-Config", config]);
        if (FullPath(EnvFile) is { } file) words.AddRange(["-EnvFile", file]);
        // pwsh -File takes every word as it is: the script collects the tables as the words that are left.
        if (Array.Find(Table, table => table.StartsWith('-')) is { } odd)
            throw new ConfigurationException($"The table '{odd}' would be taken for a parameter.", "Name it with ? in place of the first character.");
        return ScheduledJob.Create(Name, Interval(), SyncJob.Command(Shell(), [.. words, .. Table], SessionSource.Variables()), folder);
    }

    // What PowerShell makes of a TimeSpan is understood too.
    private ScheduleInterval Interval() => TimeSpan.TryParseExact(Every, ["hh':'mm':'ss", "d'.'hh':'mm':'ss"], CultureInfo.InvariantCulture, out var time)
        ? ScheduleInterval.Parse(DurationText.Format(time))
        : ScheduleInterval.Parse(Every);

    // The PowerShell that runs this; a host of another name, such as an editor, has its pwsh beside its libraries.
    private string Shell()
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        var beside = Path.Combine(GetVariableValue("PSHOME") as string ?? "", name);
        if (File.Exists(beside)) return beside;
        return Environment.ProcessPath is { } path && Path.GetFileName(path).Equals(name, StringComparison.OrdinalIgnoreCase)
            ? path
            : throw new ConfigurationException($"There is no {name} in {GetVariableValue("PSHOME")}.", "Register the schedule from PowerShell itself (pwsh), or with 'etl schedule add'.");
    }
}

<#
.SYNOPSIS
Runs a sync for a scheduler: with a log file, an exit code that says how it ended, and an event on Windows.

.DESCRIPTION
Register-EtlSchedule registers this script; it may also be called by any other scheduler:

    pwsh -NoProfile -NonInteractive -File Invoke-EtlJob.ps1 -Name nightly -Config /srv/etl/etl.yaml notification_text

It imports the module beside it and runs Invoke-IncrementalSync. Settings come from -EnvFile, or from .env in the current folder, and
from the environment; never from the command line.

The log is LOGFOLDER/job-NAME-yyyyMMdd.log: one line for each message, with the time in UTC, written through to the disk at once. It
holds what the commands print, from which secrets are removed. Files older than -KeepDays are deleted.

Exit codes:
  0    done; also when there was nothing to do, or another run is doing it
  1    failed; what was committed before the failure counts
  2    wrong parameters, settings or YAML; nothing was begun
  3    done, but rows are in quarantine: see Get-EtlError
  130  stopped at a batch boundary

On Windows each failure, quarantine and stop also becomes an event in the Application log, source EtlTools if an administrator has
created it (New-EventLog in Windows PowerShell), otherwise source Application.

.PARAMETER Table
Name, source or target of tables in the YAML file; * stands for any characters. All tables when left out. pwsh -File knows no lists:
write the names one after the other, behind all other parameters.
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    # Looked at by Assert-Parameter: what PowerShell itself refuses ends with exit code 1, and without a log.
    [string] $Name = 'sync',
    [string] $Config,
    [string] $EnvFile,
    [ArgumentCompletions('Incremental', 'Full')] [string] $Mode = 'Incremental',
    [string] $LogFolder = 'logs',
    [string] $KeepDays = '31',
    [Parameter(ValueFromRemainingArguments)] [string[]] $Table
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$log = $null

function Write-JobLog {
    param([string] $Level, [string] $Text)
    $time = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", [cultureinfo]::InvariantCulture)
    foreach ($line in $Text -split '\r?\n') {
        if ($log) { $log.WriteLine(('{0} {1,-7} {2}' -f $time, $Level, $line)) }
        if ($Level -eq 'error') { [Console]::Error.WriteLine($line) }
    }
}

# One line for whatever a stream brings.
function Write-StreamItem {
    param($Item)
    if ($Item -is [System.Management.Automation.WarningRecord]) { Write-JobLog warning $Item.Message }
    elseif ($Item -is [System.Management.Automation.VerboseRecord]) { Write-JobLog info $Item.Message }
    elseif ($Item -is [System.Management.Automation.InformationRecord]) { Write-JobLog info "$($Item.MessageData)" }
    else {
        Write-JobLog info ('{0}: {1}; read {2}, inserted {3}, updated {4}, unchanged {5}, deleted {6}, quarantined {7}, in {8:0} ms' -f
            $Item.Table, $Item.Status, $Item.Read, $Item.Inserted, $Item.Updated, $Item.Unchanged, $Item.Deleted, $Item.Quarantined, $Item.Duration.TotalMilliseconds)
    }
}

# The administrator looks there first; where no event can be written, the log file and the exit code are enough.
function Write-JobEvent {
    param([int] $ExitCode, [string] $Text)
    if (-not $IsWindows -or $ExitCode -eq 0) { return }
    try {
        $source = 'Application'
        try { if ([System.Diagnostics.EventLog]::SourceExists('EtlTools')) { $source = 'EtlTools' } } catch { $source = 'Application' }
        $type = if ($ExitCode -in 3, 130) { 'Warning' } else { 'Error' }
        [System.Diagnostics.EventLog]::WriteEntry($source, "EtlTools job $Name ended with exit code $ExitCode.`n$Text", $type, $ExitCode)
    }
    catch { Write-JobLog warning "No event was written to the Windows event log: $($_.Exception.Message)" }
}

function Assert-Parameter {
    $days = 0
    $problem = if ($Name -notmatch '\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z') { "-Name '$Name' is not a name for a job: letters, digits, -, _ and dots, at most 64." }
    elseif ($Mode -notin 'Incremental', 'Full') { "-Mode '$Mode' is neither Incremental nor Full." }
    elseif (-not [int]::TryParse($KeepDays, [ref] $days) -or $days -lt 1 -or $days -gt 3650) { "-KeepDays '$KeepDays' is not a number of days from 1 to 3650." }
    elseif ($odd = $Table | Where-Object { $_ -like '-*' } | Select-Object -First 1) { "There is no parameter '$odd'; there are -Name, -Config, -EnvFile, -Mode, -LogFolder, -KeepDays and names of tables." }
    if (-not $problem) { return }
    # No log: its name and place may be what is wrong.
    throw [System.Management.Automation.ErrorRecord]::new([ArgumentException]::new($problem), 'ETL-USAGE,Invoke-EtlJob.ps1', 'InvalidArgument', $null)
}

function Get-ExitCode {
    param($Failure)
    switch -Regex ($Failure.FullyQualifiedErrorId) {
        '^ETL-(CONFIG|USAGE),' { return 2 }
        '^ETL-QUARANTINED,' { return 3 }
        '^ETL-STOPPED,' { return 130 }
        default { return 1 }
    }
}

function Open-JobLog {
    $folder = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($LogFolder)
    $null = [IO.Directory]::CreateDirectory($folder)
    $limit = [DateTime]::UtcNow.AddDays(-[int] $KeepDays)
    Get-ChildItem -LiteralPath $folder -Filter "job-$Name-*.log" |
        Where-Object { $_.Name -match "^job-$([regex]::Escape($Name))-\d{8}\.log$" -and $_.LastWriteTimeUtc -lt $limit } | Remove-Item -ErrorAction Ignore
    $file = Join-Path $folder ('job-{0}-{1:yyyyMMdd}.log' -f $Name, [DateTime]::UtcNow)
    # Two runs may write at once: each line goes to the end of the file.
    $stream = [IO.FileStream]::new($file, [IO.FileMode]::Append, [IO.FileAccess]::Write, [IO.FileShare]::ReadWrite, 1)
    $writer = [IO.StreamWriter]::new($stream, [Text.UTF8Encoding]::new($false))
    $writer.AutoFlush = $true
    $writer
}

$exitCode = 130
$text = 'It was stopped.'
try {
    try {
        Assert-Parameter
        $log = Open-JobLog
        $manifest = '../EtlTools.psd1', '../../EtlTools.psd1' | ForEach-Object { Join-Path $PSScriptRoot $_ } | Where-Object { Test-Path $_ } | Select-Object -First 1
        if (-not $manifest) { throw "There is no EtlTools.psd1 beside $PSScriptRoot; build or install the module." }
        Import-Module $manifest
        # SIGTERM, with which services are stopped, asks for an end at the next batch boundary.
        $signals = [EtlTools.Cmdlets.JobSignals]::new()
        $sync = @{ Mode = $Mode; Verbose = $true }
        foreach ($given in 'Config', 'EnvFile', 'Table') { if ($PSBoundParameters[$given]) { $sync[$given] = $PSBoundParameters[$given] } }
        Write-JobLog info "Job $Name begins, process $PID, in $((Get-Location).ProviderPath): $(if ($Table) { $Table -join ', ' } else { 'all tables' })."
        $runs = [Collections.Generic.List[object]]::new()
        Invoke-IncrementalSync @sync 3>&1 4>&1 6>&1 | ForEach-Object {
            Write-StreamItem $_
            if ($_ -is [EtlTools.Cmdlets.EtlRun]) { $runs.Add($_) }
        }
        $refused = $runs | Where-Object Status -eq 'quarantined'
        if ($signals.IsStopping -or ($runs | Where-Object Status -eq 'cancelled')) { $exitCode = 130 }
        elseif ($refused) { $exitCode = 3; $text = "Rows are in quarantine: $(($refused | ForEach-Object { "$($_.Table) ($($_.Quarantined))" }) -join ', '). See Get-EtlError." }
        else { $exitCode = 0; $text = 'Done.' }
    }
    catch {
        $exitCode = Get-ExitCode $_
        $text = $_.Exception.Message
        $remedy = if ($_.ErrorDetails) { $_.ErrorDetails.RecommendedAction }
        if ($remedy) { $text += "`n-> $remedy" }
        Write-JobLog error $text
    }
}
finally {
    # Also after Ctrl-C, which ends the script here.
    Write-JobLog info "Job $Name ended with exit code $exitCode."
    Write-JobEvent $exitCode $text
    if ($log) { $log.Dispose() }
    $host.SetShouldExit($exitCode)
}
exit $exitCode

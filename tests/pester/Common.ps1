# What all test files share: the built module, and how to run a piece of PowerShell in a process of its own.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$ModulePath = Join-Path $PSScriptRoot '../../artifacts/module/EtlTools/EtlTools.psd1' | Resolve-Path | ForEach-Object Path

# Settings of whoever runs the tests must not reach into them; the server for throw-away databases may.
Get-ChildItem Env: | Where-Object { $_.Name -match '^(ETL_|SNOWFLAKE_|POSTGRES_|ALERT_)' -and $_.Name -ne 'ETL_SANDBOX_POSTGRES' } | ForEach-Object { Remove-Item "Env:$($_.Name)" }

Import-Module $ModulePath

# Runs a script file in a fresh PowerShell; returns its exit code and everything it printed.
function Invoke-FreshPowerShell {
    param([string] $Script, [string] $Folder = (Get-Location).ProviderPath)
    $file = Join-Path ([IO.Path]::GetTempPath()) "etl-test-$([guid]::NewGuid()).ps1"
    Set-Content $file "`$ErrorActionPreference = 'Continue'; Import-Module '$ModulePath'`n$Script"
    try {
        Push-Location $Folder
        $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $file 2>&1 | Out-String
        [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output }
    }
    finally {
        Pop-Location
        Remove-Item $file
    }
}

# Runs SQL at the target of a sandbox, in a process of its own so that no driver gets into this one.
function Invoke-TargetSql {
    param($Sandbox, [string] $Sql)
    $command = $Sandbox.ConnectCommand
    if ($command -notmatch "PGPASSFILE ?= ?'(?<file>[^']+)'.*-h (?<host>\S+) -p (?<port>\S+) -U (?<user>\S+) -d (?<database>\S+)") { throw "not understood: $command" }
    $psql = Get-Command psql -ErrorAction Ignore | Select-Object -First 1 -ExpandProperty Source
    if (-not $psql) { $psql = Get-ChildItem '/usr/lib/postgresql/*/bin/psql', "$env:ProgramFiles/PostgreSQL/*/bin/psql.exe" -ErrorAction Ignore | Select-Object -Last 1 -ExpandProperty FullName }
    $env:PGPASSFILE = $Matches.file
    try { & $psql -X -A -t -q -v ON_ERROR_STOP=1 -h $Matches.host -p $Matches.port -U $Matches.user -d $Matches.database -c $Sql }
    finally { Remove-Item Env:PGPASSFILE }
}

# Waits until a condition holds; how long that takes is the machine's business, up to two minutes.
function Wait-Until {
    param([scriptblock] $Condition)
    $end = [DateTime]::UtcNow.AddMinutes(2)
    while (-not (& $Condition)) {
        if ([DateTime]::UtcNow -gt $end) { throw "two minutes passed before: $Condition" }
        Start-Sleep -Milliseconds 50
    }
}

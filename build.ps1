#!/usr/bin/env pwsh
#Requires -Version 7.6

<#
.SYNOPSIS
Builds, tests and packages EtlTools. Needs PowerShell 7.6 and the .NET 10 SDK, and nothing else.
.DESCRIPTION
Build      builds everything; the module is then ready in artifacts/module/EtlTools, and ./EtlTools.psd1 imports it
Test       runs all tests
Benchmark  measures syncs both ways and a backfill, each beside the raw chain; takes about twenty minutes
Docs       makes the help file of docs/cmdlets, and compares docs/powershell.md with what its commands print; -Approve rewrites it
Package    makes a folder ready to be published, a zip of it, and the SHA-256 of every file, in artifacts/package
Install    packages, and installs the module for this user
Driver     publishes the Snowflake driver to artifacts/snowflake-driver, and installs it from there into the driver folder
Clean      removes everything that builds have made
.EXAMPLE
./build.ps1
.EXAMPLE
pwsh -File build.ps1 -Task Package
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Benchmark', 'Docs', 'Package', 'Install', 'Driver', 'Clean')]
    [string] $Task = 'Build',

    # Task Docs: take what the commands print now for right.
    [switch] $Approve,

    # Task Package: another folder than artifacts/package. Task Install: another folder for modules than the user's.
    [string] $Output
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

. $PSScriptRoot/build/Package.ps1

function Invoke-Dotnet {
    # Processes that MSBuild keeps for later builds keep the pipe open too, and so this script waiting.
    $before, $env:MSBUILDDISABLENODEREUSE = $env:MSBUILDDISABLENODEREUSE, '1'
    try { & dotnet @args | Out-Host }
    finally { $env:MSBUILDDISABLENODEREUSE = $before }
    if ($LASTEXITCODE -ne 0) { throw "'dotnet $args' failed with exit code $LASTEXITCODE." }
}

function Invoke-Build {
    Invoke-Dotnet build $PSScriptRoot/EtlTools.sln --nologo
    Write-Made (Join-Path $PSScriptRoot 'artifacts/module/EtlTools') "import it with: Import-Module $(Join-Path $PSScriptRoot 'EtlTools.psd1')"
}

function Invoke-Docs {
    Invoke-Dotnet build $PSScriptRoot/EtlTools.sln --nologo
    $module, $help = (Join-Path $PSScriptRoot 'artifacts/module/EtlTools/EtlTools.psd1'), (Join-Path $PSScriptRoot 'module/en-US/EtlTools.Cmdlets.dll-Help.xml')
    Invoke-Script build/Write-Help.ps1 -Module $module -Path $help
    # Lays the help out beside the module.
    Invoke-Dotnet build $PSScriptRoot/src/EtlTools.Cmdlets --nologo
    Write-Made $help
    Invoke-Script build/Write-Transcript.ps1 -Path (Join-Path $PSScriptRoot 'docs/powershell.md') $(if ($Approve) { '-Approve' })
}

# Runs a script in a PowerShell of its own: it imports the module, whose files could not be replaced afterwards on Windows.
function Invoke-Script {
    & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot $args[0]) @($args | Select-Object -Skip 1 | Where-Object { $_ }) | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "$($args[0]) failed." }
}

function Invoke-Driver {
    $folder = Join-Path $PSScriptRoot 'artifacts/snowflake-driver'
    if (Test-Path $folder) { Remove-Item $folder -Recurse -Force }
    Invoke-Dotnet publish $PSScriptRoot/src/EtlTools.SnowflakeDriver --output $folder --nologo
    Write-Made $folder 'bring it to machines without a registry, and run there: etl driver install --source FOLDER'
    Invoke-Dotnet run --project $PSScriptRoot/src/EtlTools.Cli -- driver install --source $folder
}

# Published, as the command line is: 'dotnet run' would measure the just-in-time compiler too.
function Invoke-Benchmark {
    $folder = Join-Path $PSScriptRoot 'artifacts/benchmarks'
    Invoke-Dotnet publish $PSScriptRoot/tests/EtlTools.Benchmarks -c Release -r ([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier) --self-contained --output $folder --nologo
    foreach ($job in 'sync', 'to-snowflake', 'backfill') {
        & (Join-Path $folder 'EtlTools.Benchmarks') $job | Out-Host
        if ($LASTEXITCODE -ne 0) { throw "the benchmark $job failed with exit code $LASTEXITCODE." }
    }
}

function Invoke-Clean {
    $made = @(Join-Path $PSScriptRoot 'artifacts'; Join-Path $PSScriptRoot 'en-US') +
        @(Get-ChildItem $PSScriptRoot/src, $PSScriptRoot/tests -Directory | ForEach-Object { Join-Path $_.FullName 'bin'; Join-Path $_.FullName 'obj' })
    foreach ($folder in $made | Where-Object { Test-Path $_ }) {
        Remove-Item $folder -Recurse -Force
        Write-Host "removed $folder"
    }
}

# Says what was made, and what to do with it.
function Write-Made {
    param([string] $Path, [string] $Use)
    Write-Host "made $Path"
    if ($Use) { Write-Host "  $Use" }
}

try {
    switch ($Task) {
        'Build' { Invoke-Build }
        'Test' { Invoke-Dotnet test $PSScriptRoot/EtlTools.sln }
        'Benchmark' { Invoke-Benchmark }
        'Docs' { Invoke-Docs }
        'Package' { $null = New-ModulePackage $PSScriptRoot $(if ($Output) { $Output } else { Join-Path $PSScriptRoot 'artifacts/package' }) }
        'Install' { Install-ModulePackage $PSScriptRoot $Output }
        'Driver' { Invoke-Driver }
        'Clean' { Invoke-Clean }
    }
}
catch {
    [Console]::Error.WriteLine("build.ps1 -Task ${Task}: $_")
    exit 1
}

# Writes the help file of the module. Runs in a PowerShell of its own, since it imports the module that was built.
param([Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [string] $Path)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
. $PSScriptRoot/HelpPage.ps1
. $PSScriptRoot/Maml.ps1
Import-Module $Module
$text = ConvertTo-Maml -Commands (Get-Command -Module EtlTools) -Folder (Join-Path $PSScriptRoot '../docs/cmdlets')
[IO.File]::WriteAllText($Path, $text)

# Compares docs/powershell.md with what its commands print now, or with -Approve rewrites it.
param([Parameter(Mandatory)] [string] $Path, [switch] $Approve)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
. $PSScriptRoot/Transcript.ps1
$page = New-Transcript (Join-Path $PSScriptRoot 'powershell.template.md') (Split-Path $PSScriptRoot)
$committed = if (Test-Path $Path) { (Get-Content -Raw $Path).ReplaceLineEndings("`n") } else { '' }
if ($page -ceq $committed) { Write-Host "$Path is what its commands print."; return }
if ($Approve) {
    [IO.File]::WriteAllText($Path, $page)
    Write-Host "made $Path"
    return
}
Compare-Object ($committed -split "`n") ($page -split "`n") | ForEach-Object { Write-Host "$($_.SideIndicator -eq '<=' ? '-' : '+') $($_.InputObject)" }
throw "$Path is not what its commands print (- there, + printed). If the new output is right: build.ps1 -Task Docs -Approve"

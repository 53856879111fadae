# Makes docs/powershell.md of its template: runs the commands in its blocks 'run' one after the other in a fresh PowerShell, and puts them
# and what they print in their place.

# Between what two commands print.
$transcriptMark = '=====next====='

# The page's text, with everything that differs from run to run replaced.
function New-Transcript {
    param([Parameter(Mandatory)] [string] $Template, [Parameter(Mandatory)] [string] $Folder)
    $parts = [regex]::Split((Get-Content -Raw $Template).ReplaceLineEndings("`n"), '(?s)```run\n(.*?)\n```')
    # Text and blocks take turns; the first part is text.
    $blocks = for ($i = 1; $i -lt $parts.Count; $i += 2) { , @(Split-Statement $parts[$i]) }
    $printed = [Collections.Generic.Queue[string]]::new([string[]] @(Invoke-Statement @($blocks | ForEach-Object { $_ }) $Folder))
    $page = [Text.StringBuilder]::new('')
    for ($i = 0; $i -lt $parts.Count; $i++) {
        $null = if ($i % 2 -eq 0) { $page.Append($parts[$i]) } else { $page.Append((Format-Session $blocks[($i - 1) / 2] $printed)) }
    }
    $page.ToString()
}

# The statements of a block, each as it is written.
function Split-Statement {
    param([string] $Code)
    $problems = $null
    $tree = [Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $problems)
    if ($problems) { throw "The template has a block that is not PowerShell: $($problems[0].Message)`n$Code" }
    $tree.EndBlock.Statements | ForEach-Object { $_.Extent.Text }
}

# What each statement prints.
function Invoke-Statement {
    param([string[]] $Statements, [string] $Folder)
    $file = Join-Path ([IO.Path]::GetTempPath()) "etl-transcript-$([guid]::NewGuid()).ps1"
    $list = ($Statements | ForEach-Object { "'" + $_.Replace("'", "''") + "'" }) -join ",`n"
    Set-Content $file @"
`$PSStyle.OutputRendering = 'PlainText'
`$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = [Text.UTF8Encoding]::new()
Set-Location '$($Folder.Replace("'", "''"))'
foreach (`$statement in @($list)) {
    try { . ([scriptblock]::Create(`$statement)) 2>&1 | Out-String -Stream -Width 120 | Write-Host }
    catch { `$_ | Out-String -Width 120 | Write-Host }
    Write-Host '$transcriptMark'
}
"@
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [Text.UTF8Encoding]::new()
        $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $file 2>&1 | Out-String -Width 4096
        if ($LASTEXITCODE -ne 0) { throw "The commands of the page have not run to their end:`n$output" }
    }
    finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item $file
    }
    $each = $output.ReplaceLineEndings("`n") -split "(?m)^$transcriptMark\n"
    if ($each.Count -ne $Statements.Count + 1) { throw "The commands of the page have not run to their end:`n$output" }
    $each | Select-Object -First $Statements.Count | ForEach-Object { ConvertTo-StableText $_ }
}

function Format-Session {
    param([string[]] $Statements, [Collections.Generic.Queue[string]] $Printed)
    $lines = foreach ($statement in $Statements) {
        'PS> ' + ($statement -replace '\n', "`n>>  ")
        $output = $Printed.Dequeue() -replace '(?m)[ \t]+$', ''
        if ($output.Trim()) { $output.Trim("`n"); '' }
    }
    "``````text`n" + ($lines -join "`n").TrimEnd() + "`n``````"
}

# Times, durations, ids, ports, versions and folders become always the same ones, of the same length where a table would move otherwise.
function ConvertTo-StableText {
    param([string] $Text)
    $rules = [ordered] @{
        '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' = '01234567-89ab-7cde-8f01-23456789abcd'
        '20(2[4-9]|[3-9]\d)-\d\d-\d\d(?<between>[ T])\d\d:\d\d:\d\d(?<fraction>\.\d+)?' = { "2026-01-31$($_.Groups['between'])08:30:00$($_.Groups['fraction'].Value -replace '\d', '0')" }
        '20(2[4-9]|[3-9]\d)-\d\d-\d\d \d\d:\d\dZ' = { '2026-01-31 08:30Z' }
        '\b\d\d:\d\d:\d\d\.\d\d\d\b' = '00:00:00.100'
        # Rows a second, behind the duration in the table of runs.
        '(?<=00:00:00\.100)\s+(?!0\s)[\d.]+' = { '1000'.PadLeft($_.Length) }
        '127\.0\.0\.1:\d+' = '127.0.0.1:5432'
        '(?<=PostgreSQL|version) \d+(\.\d+)+( \([^)]*\))?' = ' 15.0'
        '\S*etl-demo-\w+' = '~/sandbox'
        '~/sandbox\\' = '~/sandbox/'
    }
    foreach ($rule in $rules.GetEnumerator()) { $Text = $Text -replace $rule.Key, $rule.Value }
    $Text
}

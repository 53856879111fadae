BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/../../build/Transcript.ps1
    $root = Join-Path $PSScriptRoot '../..' | Resolve-Path | ForEach-Object Path
}

Describe 'docs/powershell.md' {
    It 'shows what its commands print' {
        $page = New-Transcript "$root/build/powershell.template.md" $root
        $committed = (Get-Content -Raw "$root/docs/powershell.md").ReplaceLineEndings("`n")
        $differences = Compare-Object ($committed -split "`n") ($page -split "`n") | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" }
        $page -ceq $committed | Should -BeTrue -Because "of these lines (if the new output is right: build.ps1 -Task Docs -Approve)`n$($differences -join "`n")`n"
    }

    It 'is linked from the first page' { Get-Content -Raw "$root/README.md" | Should -Match ([regex]::Escape('(docs/powershell.md)')) }
}

Describe 'What differs from run to run' {
    It 'becomes the same: <Text>' -ForEach @(
        @{ Text = 'run 01a1fd71-19ec-7672-a1da-fc40eff0d596'; Expected = 'run 01234567-89ab-7cde-8f01-23456789abcd' }
        @{ Text = '2026-11-20T16:15:19.037326000'; Expected = '2026-01-31T08:30:00.000000000' }
        @{ Text = '2027-03-01 06:07:08Z'; Expected = '2026-01-31 08:30:00Z' }
        @{ Text = '00:00:01.234        2590.7 incremental'; Expected = '00:00:00.100          1000 incremental' }
        @{ Text = '00:00:01.234             0 incremental'; Expected = '00:00:00.100             0 incremental' }
        @{ Text = 'at 127.0.0.1:38701, database'; Expected = 'at 127.0.0.1:5432, database' }
        @{ Text = '/tmp/etl-demo-Z1T1ZR/etl.yaml'; Expected = '~/sandbox/etl.yaml' }
        @{ Text = 'version 15.14 (Debian 15.14-0)'; Expected = 'version 15.0' }
    ) { ConvertTo-StableText $Text | Should -BeExactly $Expected }

    It 'leaves figures and given values alone' -ForEach '500 rows, 5 refused', '2020-01-01T00:00:00.000000000' { ConvertTo-StableText $_ | Should -BeExactly $_ }
}

# What the core says of the command line has to name cmdlets here: somebody in PowerShell may not have the etl program at all.
BeforeDiscovery {
    $source = Join-Path $PSScriptRoot '../../src'
    # Alerts and reports are read by others, wherever they are.
    $files = Get-ChildItem "$source/EtlTools.Core", "$source/EtlTools.Sandbox" -Recurse -Filter *.cs |
        Where-Object FullName -NotMatch '[\\/](bin|obj|Alerts|Report)[\\/]'
    $said = foreach ($line in $files | Select-String -Pattern '(?<![\w/.-])etl [a-z]+|(?<=[" `(])--[a-z]' | Where-Object Line -NotMatch '^\s*//') {
        foreach ($text in [regex]::Matches($line.Line, '"(?<text>(\\.|[^"\\])*)"') | Where-Object Value -Match '(?<![\w/.-])etl [a-z]+ ?|--(?!$)') {
            @{ Text = $text.Groups['text'].Value; Where = "$($line.Filename):$($line.LineNumber)" }
        }
    }
    # Texts that are for another program, or that stand in a file which both front ends read.
    $other = 'systemctl|--user$|^--(output|nologo|property|user|all|pgdata|username|auth|pwfile|encoding|no-\w+|format|filter|name|label|shm-size|rm|force|volumes|signal|reuid|regid|clear-groups|settings|log|now)\b|POSTGRES_INITDB_ARGS|on the command line wins|^-|command line'
    $said = @($said | Where-Object { $_.Text -notmatch $other })
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $words = [EtlTools.Cmdlets.EtlRun].Assembly.GetType('EtlTools.Cmdlets.Errors.CmdletWords').GetMethod('In')
    function ConvertTo-CmdletWord { param([string] $Text) $words.Invoke($null, @($Text)) }
}

Describe 'Messages' {
    It 'are found in the sources at all' { @($said).Count | Should -BeGreaterThan 20 } -TestCases @{ said = $said }

    It 'name cmdlets: <Where>' -ForEach $said {
        $shown = ConvertTo-CmdletWord $Text
        $shown | Should -Not -Match '(?<![\w/.-])etl (errors|watermark|migrate|check|compare|status|discover|sync|schedule|backfill|alert|driver|sandbox|demo)\b'
        $shown | Should -Not -Match '(?<![\w-])--[a-z]'
        foreach ($name in [regex]::Matches($shown, '\b[A-Z][a-z]+-(Etl\w+|IncrementalSync|RowCount|Backfill)\b') | ForEach-Object { $_.Value }) { Get-Command $name -Module EtlTools | Should -Not -BeNullOrEmpty -Because $shown }
    }

    It 'leave the options of other programs alone' {
        ConvertTo-CmdletWord 'systemctl --user enable etl-x.timer ended with exit code 1' | Should -BeExactly 'systemctl --user enable etl-x.timer ended with exit code 1'
        ConvertTo-CmdletWord "Run: etl migrate --with medical" | Should -BeExactly 'Run: Initialize-EtlDatabase -With medical'
        ConvertTo-CmdletWord '`etl backfill retry orders` goes on' | Should -BeExactly '`Get-EtlBackfill orders | Start-Backfill -Join -Retry` goes on'
        ConvertTo-CmdletWord 'say --restart, or --batch-size' | Should -BeExactly 'say -Restart, or -BatchSize'
    }
}

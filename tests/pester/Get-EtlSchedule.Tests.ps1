BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Schedule.Common.ps1
    $path = $env:PATH
    Set-Content "$TestDrive/etl.yaml" "direction: snowflake_to_postgres`ntables:`n  - { name: orders, source: A.B.ORDERS, target: public.orders, pk: id, watermark_column: UPDATED_AT }"
    if (-not $IsWindows) {
        New-FakeCrontab $TestDrive
        Set-Content "$TestDrive/crontab.txt" '*/5 * * * * /usr/bin/backup'
        Push-Location $TestDrive
        $null = Register-EtlSchedule nightly 03:15 -Using Cron
        $null = Register-EtlSchedule often 2m orders -Using Cron
        Pop-Location
    }
}

AfterAll { $env:PATH = $path }

Describe 'Get-EtlSchedule' -Skip:$IsWindows {
    It 'lists schedules, and nothing else of the crontab' {
        (Get-EtlSchedule -Using Cron).Name | Should -Be @('nightly', 'often')
        $before = [DateTimeOffset]::UtcNow
        $often = Get-EtlSchedule of*
        $often.Every | Should -Be '2m'
        $often.NextRun | Should -BeGreaterThan $before
        ($often.NextRun - [DateTimeOffset]::UtcNow).TotalSeconds | Should -BeLessOrEqual 120
        $often.Arguments[-1] | Should -Be 'orders'
        $often.IsEdited | Should -BeFalse
        $often.LastResult | Should -BeNullOrEmpty
    }
    It 'takes names from the pipeline' {
        ('often' | Get-EtlSchedule).Name | Should -Be 'often'
        @() | Get-EtlSchedule | Should -BeNullOrEmpty
    }
    It 'is a table on the screen' { Get-EtlSchedule | Out-String -Width 300 | Should -Match 'Name +Every +Scheduler +NextRun +LastRun +LastResult +Command' }
    It 'completes names' { (TabExpansion2 'Get-EtlSchedule -Name o').CompletionMatches.CompletionText | Should -Be 'often' }
    It 'says that there is none of a name' {
        $failure = { Get-EtlSchedule oftne } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Get-EtlSchedule'
        $failure.Exception.Message | Should -Match "Did you mean 'often'"
        Get-EtlSchedule x* | Should -BeNullOrEmpty
    }
    It 'tells that somebody changed one by hand' {
        $text = Get-Content "$TestDrive/crontab.txt" -Raw
        Set-Content "$TestDrive/crontab.txt" ($text -replace '\*/2 ', '*/3 ') -NoNewline
        (Get-EtlSchedule often).IsEdited | Should -BeTrue
        (Get-EtlSchedule often).NextRun | Should -BeNullOrEmpty
        Set-Content "$TestDrive/crontab.txt" $text -NoNewline
    }
}

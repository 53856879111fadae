BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 600 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Start-Backfill' {
    It 'plans with -WhatIf and stores nothing' {
        $plan = Start-Backfill notification_text @env_ -WhatIf -Partitions 3 -Method Unload
        $plan.Status | Should -Be 'planned'
        $plan.EstimatedRows | Should -Be 600
        $plan.EstimatedFiles | Should -BeGreaterThan 0
        $plan.Partitions.Count | Should -BeGreaterThan 1
        Invoke-TargetSql $sandbox 'SELECT (SELECT count(*) FROM etl.backfill) + (SELECT count(*) FROM public.notification_text)' | Should -Be 0
    }

    It 'loads a range, then everything, by either method' {
        $part = Start-Backfill notification_text @env_ -Method Stream -Partitions 2 -Parallel 2 -Name first -To (Invoke-TargetSql $sandbox "SELECT '2000-01-01'")
        $part.Status | Should -Be 'done'
        $part.Read | Should -Be 0
        $whole = Start-Backfill notification_text @env_ -Method Unload -Partitions 3
        $whole.Status | Should -Be 'done'
        $whole.Inserted | Should -Be 600
        $whole.PartitionsDone | Should -Be $whole.Partitions.Count
        Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text' | Should -Be 600
        (Start-Backfill notification_text @env_ -Method Stream).Unchanged | Should -Be 600
    }

    It 'says what cannot be joined, and what contradicts itself' {
        { Start-Backfill notification_text @env_ -Join -Name none } | Should -Throw -ErrorId 'ETL-CONFIG,Start-Backfill'
        { Start-Backfill notification_text @env_ -Join -Restart } | Should -Throw -ErrorId 'ETL-CONFIG,Start-Backfill'
        { Start-Backfill notification_text @env_ -From yesterday } | Should -Throw -ErrorId 'ETL-CONFIG,Start-Backfill'
    }
}

Describe 'Get-EtlBackfill' {
    It 'shows the newest first, and filters by name' {
        $all = Get-EtlBackfill @env_
        $all.Name | Should -Be @('notification_text', 'notification_text', 'first')
        $all[1].Method | Should -Be 'unload'
        (Get-EtlBackfill f* @env_).Name | Should -Be 'first'
        (Get-EtlBackfill @env_ -Limit 1 | Measure-Object).Count | Should -Be 1
    }

    It 'is a table on the screen, and so are its partitions' {
        Get-EtlBackfill @env_ | Out-String -Width 220 | Should -Match 'Name +Method +Status +EstimatedRows +Read'
        (Get-EtlBackfill @env_ -Limit 1).Partitions | Out-String -Width 220 | Should -Match 'Number +Kind +Low +High +Status'
    }

    It 'completes names' {
        (TabExpansion2 "Get-EtlBackfill -EnvFile '$($sandbox.EnvFile)' -Name fi").CompletionMatches.CompletionText | Should -Be 'first'
    }
}

Describe 'Stop-EtlBackfill' {
    It 'refuses what is finished or unknown' {
        { Stop-EtlBackfill first @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Stop-EtlBackfill'
        { Stop-EtlBackfill none @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Stop-EtlBackfill'
    }

    It 'cancels one that nobody works on, which a new start goes on with' {
        Invoke-TargetSql $sandbox "UPDATE etl.backfill SET status = 'stopped' WHERE name = 'first'"
        (Stop-EtlBackfill first @env_ -PassThru).Status | Should -Be 'cancelled'
        $again = Start-Backfill notification_text @env_ -Name first -Resume
        $again.Status | Should -Be 'done'
        (Get-EtlBackfill first @env_ | Measure-Object).Count | Should -Be 1
    }
}

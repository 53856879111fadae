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

    It 'loads each table that comes through the pipeline, and fails in the end with all that failed' {
        Invoke-TargetSql $sandbox 'ALTER TABLE public.notification_text RENAME COLUMN noti_text TO away'
        try {
            $done = [Collections.Generic.List[object]]::new()
            $failure = try { Get-EtlTable @env_ | Start-Backfill 3>$null | ForEach-Object { $done.Add($_) } } catch { $_ }
        }
        finally { Invoke-TargetSql $sandbox 'ALTER TABLE public.notification_text RENAME COLUMN away TO noti_text' }
        ($done | Where-Object Table -EQ 'ai_extracted_data').Status | Should -Be 'done'
        Invoke-TargetSql $sandbox 'SELECT count(*) > 0 FROM public.ai_extracted_data' | Should -Be 't'
        $failure.FullyQualifiedErrorId | Should -Be 'ETL-DRIFT,Start-Backfill'
        $failure.TargetObject | Should -Be 'notification_text'
        { Get-EtlTable @env_ | Start-Backfill -Name shared } | Should -Throw '*cannot be the name of several*' -ErrorId 'ETL-CONFIG,Start-Backfill'
    }

    It 'goes on with backfills that come through the pipeline, under their names' {
        $again = Get-EtlBackfill first @env_ | Start-Backfill -Join @env_
        $again.Name | Should -Be 'first'
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
        $all = $all | Where-Object Table -EQ 'notification_text'
        $all.Name | Should -Be @('notification_text', 'notification_text', 'first')
        $all[1].Method | Should -Be 'unload'
        (Get-EtlBackfill f* @env_).Name | Should -Be 'first'
        (Get-EtlBackfill @env_ -Limit 1 | Measure-Object).Count | Should -Be 1
    }

    It 'takes names and tables from the pipeline, and refuses a name that does not exist' {
        (Get-EtlBackfill first, notification_text @env_).Name | Sort-Object -Unique | Should -Be 'first', 'notification_text'
        (Get-EtlTable ai_extracted_data @env_ | Get-EtlBackfill).Table | Select-Object -Unique | Should -Be 'ai_extracted_data'
        @() | Get-EtlBackfill @env_ | Should -BeNullOrEmpty
        { Get-EtlBackfill frist @env_ } | Should -Throw "*Did you mean 'first'*" -ErrorId 'ETL-CONFIG,Get-EtlBackfill'
        Get-EtlBackfill none* @env_ | Should -BeNullOrEmpty
    }

    It 'is a table on the screen, and so are its partitions' {
        Get-EtlBackfill @env_ | Out-String -Width 220 | Should -Match 'Name +Status +Partitions +Read +EstimatedRows'
        (Get-EtlBackfill @env_ -Limit 1).Partitions | Out-String -Width 220 | Should -Match 'No +Kind +Low +High +Status'
    }

    It 'completes names' {
        foreach ($command in 'Get-EtlBackfill -Name', 'Stop-EtlBackfill -Name', 'Export-EtlReport -Name', 'Start-Backfill -Name') {
            $line = $command -replace ' ', " -EnvFile '$($sandbox.EnvFile)' "
            (TabExpansion2 "$line fi").CompletionMatches.CompletionText | Should -Be 'first' -Because $command
        }
    }
}

Describe 'Stop-EtlBackfill' {
    It 'refuses what is finished or unknown' {
        { Stop-EtlBackfill first @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Stop-EtlBackfill'
        { Stop-EtlBackfill none @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Stop-EtlBackfill'
    }

    It 'takes wildcards, which mean those that are not finished' {
        Stop-EtlBackfill * @env_ -PassThru | Should -BeNullOrEmpty
        Invoke-TargetSql $sandbox "UPDATE etl.backfill SET status = 'stopped' WHERE name = 'first'"
        Stop-EtlBackfill f* @env_ -WhatIf
        (Get-EtlBackfill first @env_).Status | Should -Be 'stopped'
        ('f*' | Stop-EtlBackfill @env_ -PassThru).Status | Should -Be 'cancelled'
    }

    It 'cancels one that nobody works on, which a new start goes on with' {
        Invoke-TargetSql $sandbox "UPDATE etl.backfill SET status = 'stopped' WHERE name = 'first'"
        (Stop-EtlBackfill first @env_ -PassThru).Status | Should -Be 'cancelled'
        $again = Start-Backfill notification_text @env_ -Name first -Resume
        $again.Status | Should -Be 'done'
        (Get-EtlBackfill first @env_ | Measure-Object).Count | Should -Be 1
    }
}

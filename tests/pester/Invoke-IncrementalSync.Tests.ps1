BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Invoke-IncrementalSync' {
    It 'shows with -WhatIf the window, counts and SQL of what it would do, and writes nothing' {
        $run = Invoke-IncrementalSync notification_text @env_ -WhatIf
        $run.DryRun | Should -BeTrue
        $run.Inserted | Should -Be 300
        $run.WindowHigh | Should -Not -BeNullOrEmpty
        $run.Sql -join "`n" | Should -Match 'SELECT [\s\S]*INSERT INTO "public"."notification_text"'
        Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text' | Should -Be 0
    }

    It 'moves all tables when none is named, and finds nothing to do the second time' {
        $runs = Invoke-IncrementalSync @env_
        $runs.Status | Should -Be @('done', 'done')
        $runs[0].Inserted | Should -Be 300
        $runs[0].Read | Should -Be ($runs[0].Inserted + $runs[0].Updated + $runs[0].Unchanged + $runs[0].Superseded + $runs[0].Dropped + $runs[0].Quarantined)
        (Invoke-IncrementalSync @env_).Status | Should -Be @('idle', 'idle')
    }

    It 'takes tables from the pipeline, by name and by property, with wildcards' {
        (Get-EtlTable @env_ -Domain med* | Invoke-IncrementalSync).Table | Should -Be @('notification_text', 'ai_extracted_data')
        ('notif*' | Invoke-IncrementalSync @env_).Table | Should -Be 'notification_text'
        (Invoke-IncrementalSync public.notification_text @env_).Table | Should -Be 'notification_text'
        @() | Invoke-IncrementalSync @env_ | Should -BeNullOrEmpty
    }

    It 'reads everything with -Mode Full and deletes what the source no longer has' {
        Invoke-TargetSql $sandbox "INSERT INTO public.notification_text (notification_id, updated_at) VALUES ('gone', now())"
        $run = Invoke-IncrementalSync notification_text @env_ -Mode Full
        $run.Deleted | Should -Be 1
        $run.Unchanged | Should -Be 300
    }

    It 'says which table there is when one is not known' {
        $failure = { Invoke-IncrementalSync notification_txt @env_ } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Invoke-IncrementalSync'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.Exception.Message | Should -Match 'notification_text'
    }

    It 'refuses a duration it cannot read' {
        { Invoke-IncrementalSync @env_ -Lookback soon } | Should -Throw -ErrorId 'ETL-CONFIG,Invoke-IncrementalSync'
    }

    It 'completes table names' {
        $completed = TabExpansion2 "Invoke-IncrementalSync -EnvFile '$($sandbox.EnvFile)' -Table no"
        $completed.CompletionMatches.CompletionText | Should -Be 'notification_text'
    }
}

Describe 'Invoke-IncrementalSync -Transform' {
    BeforeAll {
        Reset-EtlWatermark notification_text @env_ -Confirm:$false
        $run = Invoke-IncrementalSync notification_text @env_ -Transform {
            if ($_.notification_id -like '*7') { return }
            if ($_.notification_id -like '*9') { throw 'no nines' }
            $_.noti_text = 'changed'
            $_
        } 3>$null
    }

    It 'changes, drops and rejects rows, and counts them all' {
        $run.Read | Should -Be 300
        $run.Dropped | Should -BeGreaterThan 10
        $run.Quarantined | Should -BeGreaterThan 10
        $kept = $run.Inserted + $run.Updated + $run.Unchanged
        $kept + $run.Dropped + $run.Quarantined | Should -Be 300
        $run.Status | Should -Be 'quarantined'
        Invoke-TargetSql $sandbox "SELECT count(*) FROM public.notification_text WHERE noti_text = 'changed'" | Should -Be $kept
        Invoke-TargetSql $sandbox "SELECT read, dropped FROM (SELECT records_read AS read, dropped FROM etl.run ORDER BY started_at DESC LIMIT 1) r" | Should -Be "300|$($run.Dropped)"
    }

    It 'keeps a rejected row as the source sent it, with the reason' {
        $rows = Get-EtlError notification_text @env_ -IncludeData
        $rows.Count | Should -Be $run.Quarantined
        $rows[0].Reason | Should -Match 'no nines'
        ($rows[0].Data | ConvertFrom-Json).noti_text | Should -Not -Be 'changed'
    }

    It 'rejects what it cannot use: <What>' -ForEach @(
        @{ What = 'several objects'; Script = { $_; $_ }; Reason = 'returned 2 objects' }
        @{ What = 'an unknown column'; Script = { @{ notification_id = $_.notification_id; nonsense = 1 } }; Reason = 'no column nonsense' }
        @{ What = 'an error that PowerShell prints and passes over'; Script = { $null.Method(); $_ }; Reason = 'threw: You cannot call a method' }
        @{ What = 'something else'; Script = { 42 }; Reason = 'instead of the row' }
    ) {
        Reset-EtlWatermark ai_extracted_data @env_ -Confirm:$false
        $null = Invoke-IncrementalSync ai_extracted_data @env_ -Transform $Script -MaxErrors 100% 3>$null
        (Get-EtlError ai_extracted_data @env_ -Limit 1).Reason | Should -Match $Reason
    }
}

Describe 'Invoke-IncrementalSync to Snowflake' {
    BeforeAll {
        Set-Content "$TestDrive/back.yaml" "direction: postgres_to_snowflake`ntables:`n  - { name: back, source: public.notification_text, target: MEDICAL.PUBLIC.NOTIFICATION_TEXT, pk: notification_id, watermark_column: updated_at }"
        $back = @{ EnvFile = $sandbox.EnvFile; Config = "$TestDrive/back.yaml" }
        $null = Invoke-IncrementalSync notification_text @env_ -Mode Full
        Invoke-TargetSql $sandbox "UPDATE public.notification_text SET noti_medium_text = 'changed here', updated_at = now() AT TIME ZONE 'UTC' - interval '1 hour' WHERE notification_id = (SELECT min(notification_id) FROM public.notification_text)"
    }

    It 'shows with -WhatIf what it would do, and writes nothing there' {
        $run = Invoke-IncrementalSync back @back -WhatIf
        $run.Read, $run.Updated, $run.Unchanged | Should -Be 300, 1, 299
        (Invoke-IncrementalSync notification_text @env_ -Mode Full -WhatIf).Updated | Should -Be 1
    }

    It 'brings the change to Snowflake, once' {
        $run = Invoke-IncrementalSync back @back
        $run.Read, $run.Inserted, $run.Updated, $run.Unchanged | Should -Be 300, 0, 1, 299
        (Invoke-IncrementalSync back @back).Status | Should -Be 'idle'
        $there = Invoke-IncrementalSync notification_text @env_ -Mode Full
        $there.Updated, $there.Unchanged | Should -Be 0, 300
    }

    It 'refuses a transform, which no row would see' {
        { Invoke-IncrementalSync back @back -Mode Full -Transform { throw 'never run' } } | Should -Throw '*travel to Snowflake as files*' -ErrorId 'ETL-CONFIG,Invoke-IncrementalSync'
    }
}

Describe 'Invoke-IncrementalSync -Every' {
    It 'goes on until the consumer has had enough, and leaves no session behind' {
        $runs = Invoke-IncrementalSync notification_text @env_ -Every 1s | Select-Object -First 3
        $runs.Count | Should -Be 3
        $runs.Table | Select-Object -Unique | Should -Be 'notification_text'
        ($runs[2].StartedAt - $runs[1].StartedAt).TotalSeconds | Should -BeGreaterThan 0.8
        Invoke-TargetSql $sandbox "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'etl-tools run%'" | Should -Be 0
    }

    It 'reports a failed table as an error that does not end it, and moves the others' {
        Invoke-TargetSql $sandbox 'ALTER TABLE public.ai_extracted_data RENAME TO away'
        try {
            $runs = Invoke-IncrementalSync @env_ -Every 1s -ErrorVariable failures -ErrorAction SilentlyContinue | Select-Object -First 5
        }
        finally { Invoke-TargetSql $sandbox 'ALTER TABLE public.away RENAME TO ai_extracted_data' }
        ($runs | Where-Object Table -EQ 'notification_text').Count | Should -BeGreaterOrEqual 2
        ($runs | Where-Object Table -EQ 'ai_extracted_data').Status | Select-Object -Unique | Should -Be 'failed'
        $failures[0].FullyQualifiedErrorId | Should -Match '^ETL-DRIFT,Invoke-IncrementalSync'
        $failures[0].TargetObject | Should -Be 'ai_extracted_data'
        { Invoke-IncrementalSync nothing @env_ -Every 1s } | Should -Throw -ErrorId 'ETL-CONFIG,Invoke-IncrementalSync'
    }

    It 'refuses an interval that is none' {
        { Invoke-IncrementalSync @env_ -Every 100ms } | Should -Throw -ErrorId 'ETL-CONFIG,Invoke-IncrementalSync'
        { Invoke-IncrementalSync @env_ -Every often } | Should -Throw -ErrorId 'ETL-CONFIG,Invoke-IncrementalSync'
    }

    It 'does one round with -WhatIf' {
        (Invoke-IncrementalSync notification_text @env_ -Every 1s -WhatIf).DryRun | Should -BeTrue
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Invoke-EtlErrorRetry' {
    BeforeAll { $refused = (Invoke-IncrementalSync notification_text @env_ -Transform { if ($_.notification_id -like '*5') { throw 'later' }; $_ } 3>$null).Quarantined }

    It 'says with -WhatIf what would load and what would be refused again, and writes nothing' {
        $before = Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text'
        $run = Invoke-EtlErrorRetry @env_ -WhatIf
        $run.DryRun | Should -BeTrue
        $run.Operation | Should -Be 'retry'
        $run.Inserted | Should -Be $refused
        $again = Invoke-EtlErrorRetry @env_ -WhatIf -Transform { throw 'still' } 3>&1
        ($again | Where-Object { $_ -is [Management.Automation.WarningRecord] }).Message | Should -Match "$refused rows would be quarantined"
        (Get-EtlError @env_).Count | Should -Be $refused
        (Get-EtlError @env_ -Limit 1).Attempts | Should -Be 0
        Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text' | Should -Be $before
    }

    It 'keeps rows that are rejected again, and counts the attempt' {
        (Invoke-EtlErrorRetry @env_ -Transform { throw 'still' } 3>$null).Status | Should -Be 'quarantined'
        (Get-EtlError @env_ -Limit 1).Attempts | Should -Be 1
    }

    It 'loads the rows and resolves the entries' {
        $run = Invoke-EtlErrorRetry notif* @env_
        $run.Operation | Should -Be 'retry'
        $run.Inserted | Should -Be $refused
        Get-EtlError @env_ | Should -BeNullOrEmpty
        (Get-EtlError @env_ -Status Resolved).Count | Should -Be $refused
        Invoke-EtlErrorRetry @env_ | Should -BeNullOrEmpty
    }
}

Describe 'Rows that Snowflake has refused' {
    BeforeAll {
        Invoke-TargetSql $sandbox "CREATE TABLE public.visit (id int PRIMARY KEY, seen timestamp, updated_at timestamp NOT NULL); INSERT INTO public.visit SELECT g, now(), now() - interval '1 day' FROM generate_series(1, 10) g"
        $out = @{ EnvFile = $sandbox.EnvFile; Config = "$TestDrive/visit.yaml" }
        $null = New-EtlConfig public visit -TargetSchema MEDICAL.PUBLIC -Path $out.Config -EnvFile $sandbox.EnvFile -Apply
        Invoke-TargetSql $sandbox "UPDATE public.visit SET seen = 'infinity' WHERE id = 3"
    }

    It 'are not retried by themselves, which is said, and are loaded when they are read again after the repair' {
        (Invoke-IncrementalSync @out 3>$null).Quarantined | Should -Be 1
        $failure = { Invoke-EtlErrorRetry @out } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Invoke-EtlErrorRetry'
        $failure.Exception.Message | Should -Match 'are not retried by themselves'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Set-EtlWatermark'
        Invoke-TargetSql $sandbox "UPDATE public.visit SET seen = now() WHERE id = 3"
        Set-EtlWatermark MEDICAL.PUBLIC.VISIT 2000-01-01 @out
        $run = Invoke-IncrementalSync @out
        $run.Inserted, $run.Unchanged | Should -Be 1, 9
        Get-EtlError @out | Should -BeNullOrEmpty
    }
}

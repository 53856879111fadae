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

    It 'stay while they are bad, and are loaded by a retry after the repair' {
        (Invoke-IncrementalSync @out 3>$null).Quarantined | Should -Be 1
        (Invoke-EtlErrorRetry @out 3>$null).Status | Should -Be 'quarantined'
        Invoke-TargetSql $sandbox "UPDATE public.visit SET seen = now() WHERE id = 3"
        $run = Invoke-EtlErrorRetry @out
        $run.Operation, $run.Status, $run.Inserted | Should -Be 'retry', 'done', 1
        Get-EtlError @out | Should -BeNullOrEmpty
    }

    It 'take no transform script' {
        Invoke-TargetSql $sandbox "INSERT INTO public.visit VALUES (11, 'infinity', now() - interval '1 hour')"
        $null = Invoke-IncrementalSync @out 3>$null
        { Invoke-EtlErrorRetry @out -Transform { $_ } } | Should -Throw '*travel to Snowflake as files*' -ErrorId 'ETL-CONFIG,Invoke-EtlErrorRetry'
    }
}

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

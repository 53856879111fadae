BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Invoke-EtlErrorRetry' {
    BeforeAll { $refused = (Invoke-IncrementalSync notification_text @env_ -Transform { if ($_.notification_id -like '*5') { throw 'later' }; $_ } 3>$null).Quarantined }

    It 'retries nothing with -WhatIf' {
        Invoke-EtlErrorRetry @env_ -WhatIf | Should -BeNullOrEmpty
        (Get-EtlError @env_).Count | Should -Be $refused
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

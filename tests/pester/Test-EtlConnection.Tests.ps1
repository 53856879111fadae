BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Test-EtlConnection' {
    It 'checks the two systems, and with -CheckDb each table' {
        (Test-EtlConnection @env_).Subject | Should -Be @('Snowflake', 'PostgreSQL', 'State tables')
        $findings = Test-EtlConnection @env_ -CheckDb
        $findings.Subject | Should -Contain 'notification_text'
        $findings.Severity | Should -Not -Contain 'Error'
        Test-EtlConnection @env_ -CheckDb -Quiet | Should -BeTrue
    }
    It 'says what is wrong and what to do' {
        Invoke-TargetSql $sandbox 'ALTER TABLE public.ai_extracted_data RENAME TO elsewhere'
        try {
            $bad = Test-EtlConnection @env_ -CheckDb | Where-Object Severity -eq Error
            $bad.Subject | Should -Be 'ai_extracted_data'
            $bad.Remedy | Should -Match 'CREATE TABLE'
            Test-EtlConnection @env_ -CheckDb -Quiet | Should -BeFalse
        }
        finally { Invoke-TargetSql $sandbox 'ALTER TABLE public.elsewhere RENAME TO ai_extracted_data' }
    }
    It 'signs in with a credential instead of the settings' {
        $wrong = [pscredential]::new('nobody', (ConvertTo-SecureString 'wr0ng-one' -AsPlainText -Force))
        (Test-EtlConnection @env_ -PostgresCredential $wrong | Where-Object Subject -eq PostgreSQL).Severity | Should -Be 'Error'
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Initialize-EtlDatabase' {
    It 'plans with -WhatIf, then applies, then has nothing to do' {
        Initialize-EtlDatabase @env_ | Should -BeNullOrEmpty
        Invoke-TargetSql $sandbox 'DROP SCHEMA etl CASCADE'
        { Get-EtlRun @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Get-EtlRun'
        $plan = Initialize-EtlDatabase @env_ -WhatIf
        $plan.Status | Select-Object -Unique | Should -Be 'pending'
        { Get-EtlRun @env_ } | Should -Throw
        (Initialize-EtlDatabase @env_).Status | Select-Object -Unique | Should -Be 'applied'
        Get-EtlRun @env_ | Should -BeNullOrEmpty
    }
    It 'names the command in the remedy of a missing database' {
        Invoke-TargetSql $sandbox 'DROP SCHEMA etl CASCADE'
        $failure = { Invoke-IncrementalSync @env_ } | Should -Throw -PassThru
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Initialize-EtlDatabase'
        $null = Initialize-EtlDatabase @env_
    }
    It 'refuses a set that does not exist' { { Initialize-EtlDatabase @env_ -With nonsense } | Should -Throw -ErrorId 'ETL-CONFIG,Initialize-EtlDatabase' }
}

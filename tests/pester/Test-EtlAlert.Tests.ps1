BeforeAll { . $PSScriptRoot/Common.ps1 }

Describe 'Test-EtlAlert' {
    BeforeAll { Push-Location $TestDrive }
    AfterAll { Pop-Location }
    AfterEach { Get-ChildItem Env: | Where-Object Name -Like 'ALERT_*' | ForEach-Object { Remove-Item "Env:$($_.Name)" } }

    It 'gives a program the alert, and says so' {
        $env:ALERT_COMMAND = 'pwsh -NoProfile -Command "$input | Set-Content alert.json"'
        $delivery = Test-EtlAlert
        $delivery.Target | Should -Be 'command pwsh'
        $delivery.IsDelivered | Should -BeTrue
        $delivery.Problem | Should -BeNullOrEmpty
        $alert = Get-Content alert.json | ConvertFrom-Json
        $alert.reason | Should -Be 'test'
        $alert.message | Should -Match 'Nothing is wrong'
        Test-EtlAlert -Quiet | Should -BeTrue
    }

    It 'says what went wrong without the address' {
        $env:ALERT_WEBHOOK_URL = 'http://127.0.0.1:1/services/T000/B000/s3cr3t-path'
        $delivery = Test-EtlAlert
        $delivery.IsDelivered | Should -BeFalse
        $delivery.Problem | Should -Match 'cannot be reached'
        "$delivery $($delivery | Out-String)" | Should -Not -Match 's3cr3t'
        Test-EtlAlert -Quiet | Should -BeFalse
    }

    It 'sends nothing with -WhatIf' {
        $env:ALERT_COMMAND = 'pwsh -NoProfile -Command "$input | Set-Content sent.json"'
        Test-EtlAlert -WhatIf | Should -BeNullOrEmpty
        Test-Path sent.json | Should -BeFalse
    }

    It 'fails when there is nobody to tell' { { Test-EtlAlert } | Should -Throw -ErrorId 'ETL-CONFIG,Test-EtlAlert' }
}

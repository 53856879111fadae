BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Get-EtlError and Remove-EtlError' {
    BeforeAll { $refused = (Invoke-IncrementalSync notification_text @env_ -Transform { if ($_.notification_id -like '*5') { throw 'later' }; $_ } 3>$null).Quarantined }

    It 'shows rows without their data unless asked' {
        $rows = Get-EtlError @env_
        $rows.Count | Should -Be $refused
        @($rows | Where-Object Data).Count | Should -Be 0
        (Get-EtlError @env_ -IncludeData -Limit 1).Data | Should -Match 'notification_id'
        (Get-EtlError notif* @env_ -Limit 3).Count | Should -Be 3
        Get-EtlError ai* @env_ | Should -BeNullOrEmpty
    }

    It 'shows keys whole on the screen' { (Get-EtlError @env_ -Limit 1 | Out-String -Width 110) | Should -Match '^\s*Id Table +Key +Status +Reason\s[\s\S]* NT-\d{9} +open +The transform threw: later' }

    It 'finds entries by number' { (Get-EtlError @env_ -Id (Get-EtlError @env_)[3].Id).Id | Should -Be (Get-EtlError @env_)[3].Id }

    It 'says that an entry does not exist' { { Get-EtlError @env_ -Id 999999 } | Should -Throw -ErrorId 'ETL-CONFIG,Get-EtlError' }

    It 'gives rows up, and nothing with -WhatIf' {
        Get-EtlError @env_ -Limit 2 | Remove-EtlError @env_ -WhatIf
        (Get-EtlError @env_).Count | Should -Be $refused
        (Get-EtlError @env_ -Limit 2 | Remove-EtlError @env_ -Confirm:$false -PassThru).Status | Should -Be @('discarded', 'discarded')
        (Get-EtlError @env_).Count | Should -Be ($refused - 2)
    }
}

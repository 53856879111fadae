BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Get-, Set- and Reset-EtlWatermark' {
    It 'shows tables that never ran' { (Get-EtlWatermark @env_).Value | Should -Be @($null, $null) }

    It 'shows how far a table has come' {
        $run = Invoke-IncrementalSync notification_text @env_
        $mark = Get-EtlWatermark notif* @env_
        $mark.Value | Should -Be $run.WindowHigh
        $mark.LastRunId | Should -Be $run.RunId
        $mark.RowsProcessed | Should -Be 300
    }

    It 'changes nothing with -WhatIf' {
        $before = (Get-EtlWatermark notif* @env_).Value
        Set-EtlWatermark notification_text '2020-01-01' @env_ -WhatIf
        Reset-EtlWatermark notification_text @env_ -WhatIf
        (Get-EtlWatermark notif* @env_).Value | Should -Be $before
    }

    It 'sets it at full scale, so that the next run reads what came since' {
        (Set-EtlWatermark notification_text '2020-01-01' @env_ -PassThru).Value | Should -Be '2020-01-01T00:00:00.000000000'
        (Invoke-IncrementalSync notification_text @env_).Unchanged | Should -Be 300
    }

    It 'takes tables by name, and a watermark with its value, from the pipeline' {
        $before = Get-EtlWatermark notif* @env_
        $null = Set-EtlWatermark notification_text '2021-01-01' @env_
        ('notification_text' | Set-EtlWatermark -Value '2022-01-01' @env_ -PassThru).Value | Should -Match '^2022'
        ($before | Set-EtlWatermark @env_ -PassThru).Value | Should -Be $before.Value
    }

    It 'resets it' {
        $after = Get-EtlWatermark notif* @env_ | Reset-EtlWatermark @env_ -Confirm:$false -PassThru
        $after.Value | Should -BeNullOrEmpty
        $after.PreviousValue | Should -Not -BeNullOrEmpty
    }

    It 'refuses a value of another kind, a pattern of several tables, and an unknown one' {
        { Set-EtlWatermark notification_text banana @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Set-EtlWatermark'
        { Reset-EtlWatermark * @env_ -Confirm:$false } | Should -Throw -ErrorId 'ETL-CONFIG,Reset-EtlWatermark'
        $failure = { Reset-EtlWatermark nobody @env_ -Confirm:$false } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Reset-EtlWatermark'
        $failure.TargetObject | Should -Be 'nobody'
    }
}

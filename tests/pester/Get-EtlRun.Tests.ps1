BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Get-EtlRun' {
    BeforeAll {
        $first = Invoke-IncrementalSync notification_text @env_
        $second = Invoke-IncrementalSync @env_
    }

    It 'shows the newest first' { (Get-EtlRun @env_)[-1].RunId | Should -Be $first.RunId }
    It 'filters by table, status and id' {
        (Get-EtlRun notif* @env_ -Status d*).RunId | Should -Be $first.RunId
        (Get-EtlRun @env_ -RunId $first.RunId).Inserted | Should -Be 300
        (Get-EtlRun @env_ -Limit 1 | Measure-Object).Count | Should -Be 1
    }
    It 'takes runs and refused rows from the pipeline, and says which run does not exist' {
        ($first | Get-EtlRun @env_).RunId | Should -Be $first.RunId
        ($first, $second[1] | Get-EtlRun @env_ -Limit 1).Count | Should -Be 2
        ([pscustomobject] @{ Table = 'notification_text'; RunId = $first.RunId } | Get-EtlRun @env_).RunId | Should -Be $first.RunId
        $nobody = [guid]::NewGuid()
        Get-EtlRun @env_ -RunId $nobody -ErrorAction SilentlyContinue -ErrorVariable missing | Should -BeNullOrEmpty
        $missing[0].FullyQualifiedErrorId | Should -Match '^ETL-CONFIG,Get-EtlRun'
        $missing[0].TargetObject | Should -Be $nobody
    }
    It 'is a table on the screen' { Get-EtlRun @env_ | Out-String | Should -Match 'Table +Status +Read' }
    It 'completes ids and states' {
        (TabExpansion2 "Get-EtlRun -EnvFile '$($sandbox.EnvFile)' -RunId ").CompletionMatches.CompletionText | Should -Contain "$($first.RunId)"
        (TabExpansion2 'Get-EtlRun -Status qu').CompletionMatches.CompletionText | Should -Be 'quarantined'
    }
}

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
    It 'is a table on the screen' { Get-EtlRun @env_ | Out-String | Should -Match 'Table +Status +Read' }
    It 'completes ids and states' {
        (TabExpansion2 "Get-EtlRun -EnvFile '$($sandbox.EnvFile)' -RunId ").CompletionMatches.CompletionText | Should -Contain "$($first.RunId)"
        (TabExpansion2 'Get-EtlRun -Status qu').CompletionMatches.CompletionText | Should -Be 'quarantined'
    }
}

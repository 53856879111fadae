BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 500 3>$null
    $sync = "Invoke-IncrementalSync -EnvFile '$($sandbox.EnvFile)'"
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'What pwsh -File returns, for Task Scheduler and cron' {
    It 'is 0 after a run that went well' {
        $result = Invoke-FreshPowerShell "$sync; 'behind it'"
        $result.ExitCode | Should -Be 0 -Because $result.Output
        $result.Output | Should -Match 'behind it'
    }

    It 'is not 0 after a failed run, and nothing behind it is done' {
        $result = Invoke-FreshPowerShell "$sync -MaxErrors 0 -Transform { throw 'bad' } -Mode Full; 'behind it'"
        $result.ExitCode | Should -Not -Be 0
        $result.Output | Should -Match 'more than max_errors'
        $result.Output | Should -Match 'Get-EtlError'
        $result.Output | Should -Not -Match 'behind it'
    }

    It 'is not 0 after wrong settings' {
        (Invoke-FreshPowerShell "Invoke-IncrementalSync -Config '$TestDrive/none.yaml'; 'behind it'").ExitCode | Should -Not -Be 0
    }

    It 'is 0 when rows are in quarantine, and not 0 with -FailOnError' {
        $transform = '-Transform { if ($_.notification_id -like "*1") { throw "odd" }; $_ } -Mode Full -Table notification_text'
        $result = Invoke-FreshPowerShell "$sync $transform"
        $result.ExitCode | Should -Be 0
        $result.Output | Should -Match 'are in quarantine'
        $result = Invoke-FreshPowerShell "$sync $transform -FailOnError; 'behind it'"
        $result.ExitCode | Should -Not -Be 0
        $result.Output | Should -Not -Match 'behind it'
    }

    It 'can be caught, with a stable id, category, target and remedy' {
        $failure = try { Invoke-IncrementalSync notification_text -EnvFile $sandbox.EnvFile -MaxErrors 0 -Transform { throw 'bad' } -Mode Full 3>$null } catch { $_ }
        $failure = @($failure)[-1]
        $failure.FullyQualifiedErrorId | Should -Be 'ETL-DATA,Invoke-IncrementalSync'
        $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        $failure.TargetObject | Should -Be 'notification_text'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Get-EtlError'
        $failure.Exception | Should -BeOfType EtlTools.Cmdlets.EtlCommandException
        $failure.Exception.Code | Should -Be 'ETL-DATA'
    }

    It 'is about the tables that were named, when it fails before a run' {
        $failure = try { Invoke-IncrementalSync notification_txt -EnvFile $sandbox.EnvFile } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'ETL-CONFIG,Invoke-IncrementalSync'
        $failure.TargetObject | Should -Be 'notification_txt'
    }
}

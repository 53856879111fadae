BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Compare-RowCount' {
    It 'counts both sides' {
        (Compare-RowCount notif* @env_).Difference | Should -Be -300
        $null = Invoke-IncrementalSync @env_
        $counts = Compare-RowCount @env_
        $counts.Result | Should -Be @('equal', 'equal')
        $counts[0].TargetRows | Should -Be 300
    }
    It 'says whether the target has the rows that the YAML file expects' {
        $null = Invoke-IncrementalSync @env_
        $yaml = (Get-Content $sandbox.Config -Raw).Replace('  - name: notification_text', "  - name: notification_text`n    expected_rows: 301")
        Set-Content "$TestDrive/expected.yaml" $yaml
        $counts = Compare-RowCount notification_text @env_ -Config "$TestDrive/expected.yaml"
        $counts.ExpectedRows, $counts.IsExpected, $counts.Result | Should -Be @(301, $false, 'not as expected')
    }
    It 'reports a table that cannot be counted, and counts the others' {
        (Get-Content $sandbox.Config -Raw).Replace('target: public.notification_text', 'target: public.no_such') | Set-Content "$TestDrive/broken.yaml"
        $counts = Compare-RowCount @env_ -Config "$TestDrive/broken.yaml" -ErrorVariable failures -ErrorAction SilentlyContinue
        $counts.Table | Should -Be 'ai_extracted_data'
        $failures[0].FullyQualifiedErrorId | Should -Match '^ETL-DRIFT,Compare-RowCount'
        $failures[0].TargetObject | Should -Be 'notification_text'
    }
}

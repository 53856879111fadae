BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Get-EtlTable' {
    It 'lists tables with their files' {
        $tables = Get-EtlTable @env_
        $tables.Table | Should -Be @('notification_text', 'ai_extracted_data')
        $tables[0].Config | Should -Be $sandbox.Config
        $tables[0].EnvFile | Should -Be $sandbox.EnvFile
        $tables[0].Key | Should -Be 'notification_id'
    }
    It 'filters by name and domain' {
        (Get-EtlTable ai* @env_).Table | Should -Be 'ai_extracted_data'
        Get-EtlTable @env_ -Domain fin* | Should -BeNullOrEmpty
        (Get-EtlTable @env_ -Domain MED*).Count | Should -Be 2
    }
    It 'refuses a domain that no table belongs to: a sync of its tables would look like one with nothing to do' {
        { Get-EtlTable @env_ -Domain medicla | Invoke-IncrementalSync } | Should -Throw "*no domain 'medicla'*Did you mean 'medical'*" -ErrorId 'ETL-CONFIG,Get-EtlTable'
    }
    It 'completes names and domains' {
        (TabExpansion2 "Get-EtlTable -EnvFile '$($sandbox.EnvFile)' ai").CompletionMatches.CompletionText | Should -Be 'ai_extracted_data'
        (TabExpansion2 "Get-EtlTable -EnvFile '$($sandbox.EnvFile)' -Domain m").CompletionMatches.CompletionText | Should -Be 'medical'
    }
    It 'takes a sandbox from the pipeline' { ($sandbox | Get-EtlTable).Count | Should -Be 2 }
    It 'finds etl.yaml and .env in the current folder of PowerShell, which is not the process''s' {
        Push-Location $sandbox.Folder
        try { (Get-EtlTable).Count | Should -Be 2 } finally { Pop-Location }
    }
    It 'reports everything that is wrong with a file at once' {
        Set-Content "$TestDrive/wrong.yaml" "direction: sideways`ntables:`n  - { name: a, sorce: b }"
        $failure = { Get-EtlTable -Config "$TestDrive/wrong.yaml" } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Get-EtlTable'
        $failure.Exception.Message | Should -Match 'sideways'
        $failure.Exception.Message | Should -Match 'sorce'
    }
}

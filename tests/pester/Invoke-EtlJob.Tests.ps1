BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 2000 3>$null
    $script = Join-Path (Split-Path $ModulePath) 'scripts/Invoke-EtlJob.ps1'
    $logs = Join-Path $TestDrive 'logs'

    function Invoke-Job {
        $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $script -LogFolder $logs @args 2>&1 | Out-String
        [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output }
    }

    function Get-JobLog { param($Name) if (Test-Path "$logs/job-$Name-*.log") { Get-Content "$logs/job-$Name-*.log" } }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Invoke-EtlJob.ps1' {
    It 'returns 0 after a sync, and logs what was done with the time in UTC' {
        $result = Invoke-Job -Name good -EnvFile $sandbox.EnvFile notification_text ai_extracted_data
        $result.ExitCode | Should -Be 0 -Because $result.Output
        $result.Output | Should -BeNullOrEmpty
        $log = Get-JobLog good
        $log | ForEach-Object { $_ | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info |warning|error)  ?' }
        $log -join "`n" | Should -Match 'notification_text: done; read 2000, inserted 2000'
        $log[-1] | Should -Match 'Job good ended with exit code 0\.'
        Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text' | Should -Be 2000
    }

    It 'adds to the log of the day, and deletes logs that are too old' {
        Set-Content "$logs/job-good-20200101.log" 'old'
        (Get-Item "$logs/job-good-20200101.log").LastWriteTimeUtc = [DateTime]::UtcNow.AddDays(-40)
        Set-Content "$logs/job-other-20200101.log" 'of another job'
        (Get-Item "$logs/job-other-20200101.log").LastWriteTimeUtc = [DateTime]::UtcNow.AddDays(-40)
        (Invoke-Job -Name good -EnvFile $sandbox.EnvFile).ExitCode | Should -Be 0
        (Get-JobLog good) -match 'begins' | Should -HaveCount 2
        "$logs/job-good-20200101.log" | Should -Not -Exist
        "$logs/job-other-20200101.log" | Should -Exist
    }

    It 'returns 2 for wrong settings, and says what to do' {
        $result = Invoke-Job -Name wrong -Config "$TestDrive/none.yaml"
        $result.ExitCode | Should -Be 2
        $result.Output | Should -Match 'does not exist'
        (Get-JobLog wrong) -match 'error .*-> ' | Should -Not -BeNullOrEmpty
    }

    It 'returns 2 for <_>, says which, and begins nothing' -ForEach '-Mode sideways', '-KeepDays soon', '-KeepDays 0', '-Name a/b', '-Nmae x' {
        $words = $_ -split ' '
        $result = Invoke-Job @words -EnvFile $sandbox.EnvFile notification_text
        $result.ExitCode | Should -Be 2 -Because $result.Output
        $result.Output | Should -Match "$($words[0]).*$([regex]::Escape($words[1]))|no parameter '$($words[0])'"
        Get-JobLog sync | Should -BeNullOrEmpty
    }

    It 'returns 1 after a failure, without a secret anywhere' {
        Set-Content "$TestDrive/dead.env" "SNOWFLAKE_ACCOUNT=local`nSNOWFLAKE_LOCAL_POSTGRES='Host=127.0.0.1;Port=1;Username=u;Password=pl4nted-job;Database=d'`nPOSTGRES_CONNECTION_STRING='Host=127.0.0.1;Port=1;Username=u;Password=pl4nted-job;Database=d'`nETL_RETRY_ATTEMPTS=0`nETL_LOG_DIR=$TestDrive/etl-logs"
        $result = Invoke-Job -Name dead -Config $sandbox.Config -EnvFile "$TestDrive/dead.env"
        $result.ExitCode | Should -Be 1
        $result.Output | Should -Match 'Failed to connect'
        $result.Output + ((Get-JobLog dead) -join '') | Should -Not -Match 'pl4nted-job'
    }

    It 'returns 3 when rows are in quarantine' {
        Invoke-TargetSql $sandbox "ALTER TABLE public.notification_text ADD CONSTRAINT odd CHECK (notification_id NOT LIKE '%7') NOT VALID"
        Invoke-TargetSql $sandbox "DELETE FROM public.ai_extracted_data WHERE notification_id LIKE '%7'; DELETE FROM public.notification_text WHERE notification_id LIKE '%7'"
        Reset-EtlWatermark notification_text -EnvFile $sandbox.EnvFile -Confirm:$false
        $env:ETL_MAX_ERRORS = '1000'
        try { $result = Invoke-Job -Name odd -EnvFile $sandbox.EnvFile notification_text } finally { Remove-Item Env:ETL_MAX_ERRORS }
        $result.ExitCode | Should -Be 3 -Because $result.Output
        (Get-JobLog odd) -match 'warning .*are in quarantine' | Should -Not -BeNullOrEmpty
        Invoke-TargetSql $sandbox 'ALTER TABLE public.notification_text DROP CONSTRAINT odd'
    }

    It 'returns 130 when it is stopped by SIG<_>, with the log complete' -Skip:$IsWindows -ForEach 'TERM', 'INT' {
        # A lock holds the sync in the middle of its first batch, until it has been told to stop.
        $hold = Start-Job { param($Common, $Sandbox) . $Common; Invoke-TargetSql $Sandbox 'BEGIN; LOCK TABLE public.notification_text; SELECT pg_sleep(300)' } -ArgumentList "$PSScriptRoot/Common.ps1", $sandbox
        try {
            Reset-EtlWatermark notification_text -EnvFile $sandbox.EnvFile -Confirm:$false
            Wait-Until { [int] (Invoke-TargetSql $sandbox "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'public.notification_text'::regclass") -gt 0 }
            $start = [Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath, [string[]] @('-NoProfile', '-NonInteractive', '-File', $script, '-Name', "stop$_", '-LogFolder', $logs, '-EnvFile', $sandbox.EnvFile, 'notification_text'))
            $process = [Diagnostics.Process]::Start($start)
            Wait-Until { [int] (Invoke-TargetSql $sandbox "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'etl-tools run%' AND wait_event_type = 'Lock'") -gt 0 }
            & kill "-$_" $process.Id
            Start-Sleep -Seconds 1
            $process.HasExited | Should -BeFalse -Because 'it has a batch to end'
        }
        finally {
            $null = Invoke-TargetSql $sandbox "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)' AND pid <> pg_backend_pid()"
            Remove-Job $hold -Force
        }
        $process.WaitForExit(60000) | Should -BeTrue
        $process.ExitCode | Should -Be 130
        (Get-JobLog "stop$_")[-1] | Should -Match 'ended with exit code 130'
        Invoke-TargetSql $sandbox 'SELECT count(*) FROM etl.watermark WHERE holder IS NOT NULL' | Should -Be 0
    }
}

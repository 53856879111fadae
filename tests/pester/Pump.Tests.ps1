BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 3000 3>$null

    # Server sessions of the product end a moment after a command has returned.
    function Wait-ForNoSession { Wait-Until { (Invoke-TargetSql $sandbox "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name LIKE 'etl-tools%'") -eq '0' } }

    function Start-Shell {
        param([string] $Script)
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$ModulePath'; $Script")
        $shell
    }

    function Get-Holder { Invoke-TargetSql $sandbox "SELECT count(*) FROM etl.watermark WHERE holder IS NOT NULL" }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Leaving a pipeline early' {
    BeforeEach { Reset-EtlWatermark notification_text -EnvFile $sandbox.EnvFile -Confirm:$false }

    It 'leaves nothing behind: <What>' -ForEach @(
        @{ What = 'Select-Object -First 1'; Script = { Invoke-IncrementalSync notification_text -EnvFile $sandbox.EnvFile | Select-Object -First 1 } }
        @{ What = 'a throw downstream'; Script = { try { Invoke-IncrementalSync notification_text -EnvFile $sandbox.EnvFile | ForEach-Object { throw 'enough' } } catch { $_.Exception.Message | Should -Be 'enough' } } }
        @{ What = '-ErrorAction Stop on an error'; Script = { { Compare-RowCount -EnvFile $sandbox.EnvFile -Config $broken -ErrorAction Stop } | Should -Throw } }
    ) {
        $broken = Join-Path $TestDrive 'broken.yaml'
        (Get-Content $sandbox.Config -Raw).Replace('target: public.ai_extracted_data', 'target: public.no_such_table') | Set-Content $broken
        & $Script
        Wait-ForNoSession
        Get-Holder | Should -Be 0
    }

    It 'ends at a batch boundary when it is stopped, and the next run goes on from there' {
        Invoke-TargetSql $sandbox 'DELETE FROM public.ai_extracted_data; DELETE FROM public.notification_text'
        $shell = Start-Shell "Invoke-IncrementalSync notification_text -EnvFile '$($sandbox.EnvFile)' -BatchSize 50 -Transform { Start-Sleep -Milliseconds 2; `$_ }"
        $running = $shell.BeginInvoke()
        Wait-Until { [int] (Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text') -gt 0 }
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
        Wait-ForNoSession
        Get-Holder | Should -Be 0
        $loaded = [int] (Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text')
        $loaded | Should -BeGreaterThan 0
        $loaded | Should -BeLessThan 3000
        $loaded % 50 | Should -Be 0
        (Get-EtlRun notification_text -EnvFile $sandbox.EnvFile -Limit 1).Status | Should -Be 'cancelled'

        (Invoke-IncrementalSync notification_text -EnvFile $sandbox.EnvFile).Status | Should -Be 'done'
        Invoke-TargetSql $sandbox 'SELECT count(*) FROM public.notification_text' | Should -Be 3000
    }
}

Describe 'Progress' {
    BeforeEach { Reset-EtlWatermark notification_text -EnvFile $sandbox.EnvFile -Confirm:$false }

    It 'is shown at most five times a second, and ends' {
        $shell = Start-Shell "Invoke-IncrementalSync notification_text -EnvFile '$($sandbox.EnvFile)' -BatchSize 20 -Transform { Start-Sleep -Milliseconds 1; `$_ }"
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $null = $shell.Invoke()
        $seconds = $clock.Elapsed.TotalSeconds
        $shell.HadErrors | Should -BeFalse
        $shell.Streams.Progress.Count | Should -BeGreaterThan 1
        $shell.Streams.Progress.Count | Should -BeLessOrEqual ([math]::Ceiling($seconds * 5) + 2)
        $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
        ($shell.Streams.Progress | Where-Object PercentComplete -gt 0).StatusDescription | Select-Object -First 1 | Should -Match 'of 3,000 rows, .* rows/s'
        $shell.Dispose()
    }

    It 'is not shown where output is redirected' {
        (Invoke-FreshPowerShell "Invoke-IncrementalSync notification_text -EnvFile '$($sandbox.EnvFile)' -BatchSize 20").Output | Should -Not -Match 'Syncing'
    }
}

Describe 'The log' {
    It 'goes to the streams that were asked for' {
        $all = Invoke-IncrementalSync notification_text -EnvFile $sandbox.EnvFile -Verbose 4>&1
        ($all | Where-Object { $_ -is [Management.Automation.VerboseRecord] }) -match 'Run .* finished' | Should -Not -BeNullOrEmpty
        $quiet = Invoke-IncrementalSync notification_text -EnvFile $sandbox.EnvFile *>&1
        @($quiet).Count | Should -Be 1
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 200 3>$null
    # Ten secrets in all the places where one may be.
    $secrets = 1..10 | ForEach-Object { "pl4nted-$_-" + [guid]::NewGuid().ToString('N').Substring(0, 12) }
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Secrets' {
    It 'are in no stream, error, transcript, $Error or log file' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'work')
        Copy-Item $sandbox.Config "$folder/etl.yaml"
        $script = @"
`$null = Start-Transcript '$folder/transcript.txt'
`$DebugPreference = `$VerbosePreference = 'Continue'
function Try-It { param([scriptblock] `$What) try { & `$What *>&1 | Out-String -Width 500 } catch { `$_ | Format-List * -Force | Out-String -Width 500; `$_.Exception | Format-List * -Force | Out-String -Width 500 } }
`$env:SNOWFLAKE_ACCOUNT = 'local'; `$env:ETL_RETRY_ATTEMPTS = '0'; `$env:ETL_LOG_DIR = '$folder/logs'
`$env:SNOWFLAKE_LOCAL_POSTGRES = 'Host=127.0.0.1;Port=1;Username=u;Password=$($secrets[0]);Database=d'
`$env:POSTGRES_CONNECTION_STRING = 'postgres://u:$($secrets[1])@127.0.0.1:1/d'
Try-It { Test-EtlConnection -CheckDb }
Try-It { Invoke-IncrementalSync -Debug }
Try-It { Compare-RowCount }
`$env:POSTGRES_CONNECTION_STRING = 'Host=127.0.0.1;Port=1;Username=u;Pasword=$($secrets[2]);Database=d'
Try-It { Get-EtlRun }
`$env:POSTGRES_CONNECTION_STRING = '$($secrets[3])'
Try-It { Get-EtlError }
Remove-Item Env:POSTGRES_CONNECTION_STRING
`$env:POSTGRES_HOST = '127.0.0.1'; `$env:POSTGRES_PORT = '1'; `$env:POSTGRES_DATABASE = 'd'; `$env:POSTGRES_USER = 'u'; `$env:POSTGRES_PASSWORD = '$($secrets[4])'
Try-It { Get-EtlWatermark }
`$credential = [pscredential]::new('u', (ConvertTo-SecureString '$($secrets[5])' -AsPlainText -Force))
Try-It { Get-EtlWatermark -PostgresCredential `$credential }
`$env:SNOWFLAKE_ACCOUNT = 'org-acct'; Remove-Item Env:SNOWFLAKE_LOCAL_POSTGRES; `$env:SNOWFLAKE_USER = 'u'; `$env:SNOWFLAKE_PASSWORD = '$($secrets[6])'; `$env:SNOWFLAKE_TOKEN = '$($secrets[7])'
Try-It { Test-EtlConnection }
Remove-Item Env:SNOWFLAKE_TOKEN; `$env:ETL_SNOWFLAKE_DRIVER = '$folder/none'
`$snowflake = [pscredential]::new('u', (ConvertTo-SecureString '$($secrets[8])' -AsPlainText -Force))
Try-It { Test-EtlConnection -SnowflakeCredential `$snowflake }
Set-Content '$folder/bad.env' "POSTGRES_PASSWORD='$($secrets[9])"
Try-It { Get-EtlTable -EnvFile '$folder/bad.env' }
`$Error | Format-List * -Force | Out-String -Width 500
`$Error | ForEach-Object { `$_.Exception.ToString() }
`$null = Stop-Transcript
"errors: `$(`$Error.Count)"
"@
        # The script itself holds the secrets, so its own text must not be printed as part of an error position.
        $result = Invoke-FreshPowerShell ($script -replace '(?m)^', '') $folder
        $result.Output | Should -Match 'ETL-'
        $transcript = (Get-Content "$folder/transcript.txt" -Raw)
        $logs = (Get-ChildItem "$folder/logs" -ErrorAction Ignore | Get-Content -Raw) -join ''
        foreach ($secret in $secrets) {
            $result.Output | Should -Not -Match ([regex]::Escape($secret))
            $transcript | Should -Not -Match ([regex]::Escape($secret))
            $logs | Should -Not -Match ([regex]::Escape($secret))
        }
    }

    It 'are not in the run record of a sync that failed with them' {
        $text = Get-Content $sandbox.EnvFile -Raw
        $password = [regex]::Match($text, 'Password=([0-9a-f]+)').Groups[1].Value
        $password.Length | Should -BeGreaterThan 10
        $null = Invoke-IncrementalSync -EnvFile $sandbox.EnvFile
        try { $null = Invoke-IncrementalSync -EnvFile $sandbox.EnvFile -Mode Full -MaxErrors 0 -Transform { throw 'bad' } 3>$null } catch { $null = $_ }
        $dump = Invoke-TargetSql $sandbox 'SELECT row_to_json(r) FROM etl.run r UNION ALL SELECT row_to_json(l) FROM etl.log l UNION ALL SELECT row_to_json(q) FROM etl.quarantine q'
        $dump.Count | Should -BeGreaterThan 2
        $dump -match $password | Should -BeNullOrEmpty
        $sandbox | Format-List * | Out-String | Should -Not -Match $password
    }

    It 'in a .env file that others can read cause a warning' -Skip:$IsWindows {
        $open = Join-Path $TestDrive 'open.env'
        Copy-Item $sandbox.EnvFile $open
        & chmod 644 $open
        $warnings = Get-EtlRun -EnvFile $open 3>&1 | Where-Object { $_ -is [Management.Automation.WarningRecord] }
        $warnings.Message | Should -Match 'chmod 600'
    }
}

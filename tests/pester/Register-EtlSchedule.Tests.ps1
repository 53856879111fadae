BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Schedule.Common.ps1
    $path = $env:PATH
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive "it's 5%")).FullName
    Set-Content "$folder/etl.yaml" "direction: snowflake_to_postgres`ntables:`n  - { name: `"or'ders 50%`", source: A.B.ORDERS, target: public.orders, pk: id, watermark_column: UPDATED_AT }"
    if (-not $IsWindows) { New-FakeCrontab $TestDrive }
    Push-Location $folder
}

AfterAll {
    Pop-Location
    $env:PATH = $path
}

Describe 'Register-EtlSchedule' -Skip:$IsWindows {
    It 'shows with -WhatIf exactly what would be registered, and registers nothing' {
        $plan = Register-EtlSchedule nightly 2m "or'ders 50%" -Using Cron -WhatIf
        "$TestDrive/crontab.txt" | Should -Not -Exist
        $plan.NextRun | Should -BeNullOrEmpty
        $null = Register-EtlSchedule nightly 2m "or'ders 50%" -Using Cron
        $registered = (Get-Content "$TestDrive/crontab.txt" -Raw).TrimEnd()
        $plan.Registration[0] | Should -Be "# crontab of this user`n$registered"
        $plan.Registration[1] | Should -Be 'crontab -'
    }

    It 'registers the job script with everything a scheduler needs' {
        $schedule = Register-EtlSchedule nightly 03:15 "or'ders 50%" -Using Cron -Mode Full -Config ./etl.yaml -LogFolder logs2
        $schedule.Every | Should -Be '03:15'
        $schedule.Scheduler | Should -Be 'Cron'
        $schedule.Folder | Should -Be $folder
        $schedule.Arguments | Should -BeOfType string
        , $schedule.Arguments | Should -BeOfType System.Array
        $words = $schedule.Arguments -join '|'
        $words | Should -Match '^(.*\|)?-NoProfile\|-NonInteractive\|-File\|[^|]+/scripts/Invoke-EtlJob\.ps1\|-Name\|nightly\|-LogFolder\|[^|]+/logs2\|-Mode\|Full\|-Config\|[^|]+/etl\.yaml\|or''ders 50%$'
        ($schedule.Arguments | Where-Object { $_ -like '*.ps1' }) | Should -Exist
        $schedule.NextRun.ToLocalTime().ToString('HH:mm') | Should -Be '03:15'
    }

    It 'takes a TimeSpan' { (Register-EtlSchedule nightly ([timespan]::FromMinutes(30)) -Using Cron -WhatIf).Every | Should -Be '30m' }

    It 'registers a command line that does what it says when cron''s shell runs it' {
        Set-Content "$folder/.env" "POSTGRES_CONNECTION_STRING='Host=127.0.0.1;Port=1;Username=u;Password=pl4nted-1;Database=d'`nSNOWFLAKE_ACCOUNT=local`nSNOWFLAKE_LOCAL_POSTGRES='Host=127.0.0.1;Port=1;Username=u;Password=pl4nted-2;Database=d'`nETL_RETRY_ATTEMPTS=0"
        & chmod 600 "$folder/.env"
        $null = Register-EtlSchedule nightly 1m "or'ders 50%" -Using Cron
        $line = (Get-Content "$TestDrive/crontab.txt")[2]
        $line | Should -Not -Match 'pl4nted'
        # What Vixie's cron does with the text behind the five fields.
        $command = ($line -replace '^\S+ \S+ \S+ \S+ \S+ ', '') -replace '\\%', '%'
        $output = & /bin/sh -c $command 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 1
        $output | Should -Match 'Failed to connect to 127.0.0.1:1'
        $log = Get-Content "$folder/logs/job-nightly-*.log" -Raw
        $log | Should -Match "in .*it's 5%: or'ders 50%\."
        $log | Should -Match 'ended with exit code 1'
        $log + $output | Should -Not -Match 'pl4nted'
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'an interval cron does not have'; Arguments = @{ Every = '90s'; Using = 'Cron' }; Message = 'cron cannot run a job every 90s' }
        @{ What = 'what is no interval'; Arguments = @{ Every = 'often' }; Message = 'an interval such as 30s' }
        @{ What = 'a table that is not there'; Arguments = @{ Every = '1h'; Table = 'oders' }; Message = "no table 'oders'" }
        @{ What = 'a name with a blank'; Arguments = @{ Every = '1h'; Name = 'a b' }; Message = 'not a name for a schedule' }
        @{ What = 'a scheduler that is not there'; Arguments = @{ Every = '1h'; Using = 'TaskScheduler' }; Message = 'schtasks.exe is not on PATH' }
        @{ What = 'a credential'; Arguments = @{ Every = '1h'; PostgresCredential = [pscredential]::new('u', (ConvertTo-SecureString 'pl4nted' -AsPlainText -Force)) }; Message = 'stores no secret' }
    ) {
        $before = Get-Content "$TestDrive/crontab.txt" -Raw -ErrorAction Ignore
        $all = @{ Name = 'nightly' }; foreach ($key in $Arguments.Keys) { $all[$key] = $Arguments[$key] }
        $failure = { Register-EtlSchedule @all } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Register-EtlSchedule'
        $failure.Exception.Message | Should -Match $Message
        Get-Content "$TestDrive/crontab.txt" -Raw -ErrorAction Ignore | Should -Be $before
    }
}

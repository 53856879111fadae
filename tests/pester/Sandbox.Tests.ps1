BeforeAll { . $PSScriptRoot/Common.ps1 }

Describe 'Start-EtlSandbox, Stop-EtlSandbox and Invoke-EtlDemo' {
    It 'starts nothing with -WhatIf' { Start-EtlSandbox -WhatIf | Should -BeNullOrEmpty }

    It 'starts a sandbox that is filled, and removes all of it' {
        $sandbox = Start-EtlSandbox -Rows 100 -Seed 3 3>$null
        Test-Path $sandbox.EnvFile | Should -BeTrue
        ($sandbox | Compare-RowCount)[0].SourceRows | Should -Be 100
        Stop-EtlSandbox
        $sandbox.IsStopped | Should -BeTrue
        Test-Path $sandbox.Folder | Should -BeFalse
        Stop-EtlSandbox $sandbox
    }

    It 'shows the demo, whose figures are right' {
        $steps = Invoke-EtlDemo -Rows 600 -ShopScale 0.01 -InformationVariable told 3>$null 6>$null
        $steps.Count | Should -Be 16
        ($steps | Where-Object Step -Like 'shop, first sync*').Inserted | Should -Be (500 + 2 + 1000 + 2500)
        $steps.IsAsExpected | Should -Not -Contain $false
        "$told" | Should -Match 'Invoke-IncrementalSync -WhatIf'
        "$told" | Should -Match 'Compare-RowCount -Config shop.yaml'
    }

    It 'leaves the demo with -Keep, with the command line that removes it' {
        $null = Invoke-EtlDemo -Rows 300 -ShopScale 0.001 -Keep -InformationVariable told 3>$null 6>$null
        $told = "$told"
        $told -match "Set-Location '(?<folder>[^']+)'[\s\S]*remove all of it: +(?<stop>.+)$" | Should -BeTrue -Because $told
        $folder, $stop = $Matches.folder, $Matches.stop
        try {
            (Get-EtlRun -EnvFile "$folder/.env" | Where-Object Table -EQ 'notification_text').Count | Should -BeGreaterThan 3
        }
        finally {
            if ($IsWindows) { Invoke-Expression $stop | Out-Null } else { & sh -c $stop | Out-Null }
        }
        Test-Path $folder | Should -BeFalse
    }
}

Describe 'Start-EtlSandbox -Endpoint' {
    BeforeAll {
        $name = "pester-$([guid]::NewGuid().ToString('N').Substring(0, 12))"
        function Get-Setting { param($File, $Key) (Get-Content $File | Where-Object { $_ -like "$Key=*" }) -replace '^[^=]*=' -replace "^'|'$" }
        function Connect-Endpoint {
            param($EnvFile)
            $data = @{ ACCOUNT_NAME = Get-Setting $EnvFile SNOWFLAKE_ACCOUNT; LOGIN_NAME = Get-Setting $EnvFile SNOWFLAKE_USER; PASSWORD = Get-Setting $EnvFile SNOWFLAKE_PASSWORD }
            $address = Get-Setting $EnvFile SNOWFLAKE_HOST
            $login = Invoke-RestMethod "$address/session/v1/login-request?databaseName=SANDBOX&schemaName=PUBLIC" -Method Post -NoProxy -ContentType application/json -Body (@{ data = $data } | ConvertTo-Json)
            $login.success | Should -BeTrue -Because $login.message
            @{ Address = $address; Headers = @{ Authorization = "Snowflake Token=`"$($login.data.token)`"" } }
        }
        function Invoke-Statement {
            param($Session, $Sql)
            $answer = Invoke-RestMethod "$($Session.Address)/queries/v1/query-request?requestId=$([guid]::NewGuid())" -Method Post -NoProxy -ContentType application/json -Headers $Session.Headers -SkipHeaderValidation -Body (@{ sqlText = $Sql } | ConvertTo-Json)
            $answer.success | Should -BeTrue -Because $answer.message
            , $answer.data.rowset
        }
    }

    AfterAll { Stop-EtlSandbox -Name $name 3>$null }

    It 'starts nothing with -WhatIf' { Start-EtlSandbox -Endpoint -Name $name -WhatIf | Should -BeNullOrEmpty }

    It 'refuses parameters of the other kind, and odd names' {
        { Start-EtlSandbox -Endpoint -Rows 5 } | Should -Throw
        { Start-EtlSandbox -Port 5 -Keep } | Should -Throw
        { Start-EtlSandbox -Endpoint -Name '../x' } | Should -Throw
        { Stop-EtlSandbox -Name '../x' } | Should -Throw
    }

    It 'lives on when its PowerShell has ended, serves, keeps its data, and is stopped by another one' {
        $data = Join-Path ([IO.Path]::GetTempPath()) $name
        try {
            $started = Invoke-FreshPowerShell "Start-EtlSandbox -Endpoint -Name $name -Data '$data' | ForEach-Object { `$_.EnvFile }"
            $started.ExitCode | Should -Be 0 -Because $started.Output
            $envFile = $started.Output.Trim()
            if (-not $IsWindows) { (Get-Item -Force $envFile).UnixMode | Should -Be '-rw-------' }
            $session = Connect-Endpoint $envFile
            $null = Invoke-Statement $session 'CREATE TABLE KEPT AS SELECT 7 AS A'
            { Start-EtlSandbox -Endpoint -Name $name -ErrorAction Stop } | Should -Throw '*runs already*'
            Stop-EtlSandbox -Name $name -WhatIf
            $null = Invoke-Statement $session 'SELECT 1'
            Stop-EtlSandbox -Name $name
            Test-Path (Split-Path $envFile) | Should -BeFalse
            { Invoke-RestMethod $session.Address -NoProxy } | Should -Throw

            $again = Start-EtlSandbox -Endpoint -Name $name -Data $data
            "$($again.Address)" | Should -Match '^http://127\.0\.0\.1:\d+/$'
            ($again | Out-String) | Should -Not -Match (Get-Setting $again.EnvFile SNOWFLAKE_PASSWORD)
            (Invoke-Statement (Connect-Endpoint $again.EnvFile) 'SELECT A FROM KEPT')[0][0] | Should -Be '7'
            $again | Stop-EtlSandbox
            $again.IsStopped | Should -BeTrue
            Stop-EtlSandbox $again -WarningVariable warned 3>$null
            "$warned" | Should -Match 'was not running'
        }
        finally { if (Test-Path $data) { Remove-Item $data -Recurse -Force } }
    }
}

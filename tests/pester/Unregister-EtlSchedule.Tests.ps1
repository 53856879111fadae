BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Schedule.Common.ps1
    $path = $env:PATH
    Set-Content "$TestDrive/etl.yaml" "direction: snowflake_to_postgres`ntables:`n  - { name: orders, source: A.B.ORDERS, target: public.orders, pk: id, watermark_column: UPDATED_AT }"
    if (-not $IsWindows) { New-FakeCrontab $TestDrive }
}

AfterAll { $env:PATH = $path }

Describe 'Unregister-EtlSchedule' -Skip:$IsWindows {
    BeforeEach {
        Set-Content "$TestDrive/crontab.txt" '*/5 * * * * /usr/bin/backup'
        Push-Location $TestDrive
        $null = 'a', 'b', 'c' | ForEach-Object { Register-EtlSchedule $_ 2m -Using Cron }
        Pop-Location
    }
    It 'removes by name, with wildcards and from the pipeline, and nothing else' {
        Unregister-EtlSchedule a
        (Get-EtlSchedule).Name | Should -Be @('b', 'c')
        Get-EtlSchedule b | Unregister-EtlSchedule
        Unregister-EtlSchedule *
        Get-EtlSchedule | Should -BeNullOrEmpty
        Get-Content "$TestDrive/crontab.txt" | Should -Be '*/5 * * * * /usr/bin/backup'
    }
    It 'removes nothing with -WhatIf' {
        Unregister-EtlSchedule * -WhatIf
        (Get-EtlSchedule).Count | Should -Be 3
    }
    It 'says that there is none of a name' { { Unregister-EtlSchedule z } | Should -Throw -ErrorId 'ETL-CONFIG,Unregister-EtlSchedule' }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile; TargetSchema = 'MEDICAL.PUBLIC' }
    Invoke-TargetSql $sandbox 'CREATE SCHEMA shop; CREATE TABLE shop.orders (order_id bigint PRIMARY KEY, total numeric, updated_at timestamptz NOT NULL DEFAULT now()); CREATE INDEX ON shop.orders (updated_at); CREATE TABLE shop.lines (order_id bigint, text text)'
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'New-EtlConfig' {
    It 'completes schemas and their tables from the database' {
        (TabExpansion2 "New-EtlConfig -EnvFile '$($sandbox.EnvFile)' pu").CompletionMatches.CompletionText | Should -Be 'public'
        (TabExpansion2 "New-EtlConfig -EnvFile '$($sandbox.EnvFile)' -Schema public -Table no").CompletionMatches.CompletionText | Should -Be 'notification_text'
        (TabExpansion2 "New-EtlConfig -EnvFile '$($sandbox.EnvFile)' -Table ai").CompletionMatches.CompletionText | Should -Be 'ai_extracted_data'
    }

    It 'describes each table and writes nothing' {
        $drafts = New-EtlConfig shop @env_ -WarningVariable warnings 3>$null
        $drafts.Source | Should -Be 'shop.lines', 'shop.orders'
        $orders = $drafts[1]
        $orders.Target, $orders.Mode, $orders.WatermarkColumn | Should -Be 'MEDICAL.PUBLIC.ORDERS', 'Merge', 'updated_at'
        $orders.Key | Should -Be 'order_id'
        $orders.KeyReason | Should -Match 'orders_pkey'
        $orders.Warnings -match 'numeric without precision' | Should -HaveCount 1
        $orders.Ddl | Should -Match '"UPDATED_AT" TIMESTAMP_TZ\(6\) NOT NULL'
        $orders.Created | Should -BeNullOrEmpty
        $drafts[0].CanBeMoved | Should -BeFalse
        $warnings | Should -HaveCount 1
        $warnings[0] | Should -Match 'shop.lines cannot be moved: no primary key'
    }
    It 'writes a file that the other commands read, and does not replace it unasked' {
        $path = Join-Path $TestDrive 'shop.yaml'
        $null = New-EtlConfig shop orders @env_ -Path $path -WhatIf
        Test-Path $path | Should -BeFalse
        $null = New-EtlConfig shop orders @env_ -Path $path
        $table = Get-EtlTable -Config $path -EnvFile $sandbox.EnvFile
        $table.Source, $table.Target, $table.WatermarkColumn | Should -Be 'shop.orders', 'MEDICAL.PUBLIC.ORDERS', 'updated_at'
        $before = Get-Content $path -Raw
        { New-EtlConfig @env_ -Path $path } | Should -Throw -ErrorId 'ETL-CONFIG,New-EtlConfig'
        Get-Content $path -Raw | Should -Be $before
        $null = New-EtlConfig @env_ -Path $path -Force 3>$null
        Get-Content $path -Raw | Should -Match 'public.notification_text'
    }
    It 'creates missing tables with -Apply only' {
        (New-EtlConfig shop orders @env_ -Apply -WhatIf).Created | Should -BeNullOrEmpty
        (New-EtlConfig shop orders @env_ -Apply).Created | Should -BeTrue
        (New-EtlConfig shop orders @env_ -Apply).Created | Should -BeFalse
    }
    It 'says what it does not find' {
        { New-EtlConfig shopp @env_ } | Should -Throw "*Did you mean 'shop'?*" -ErrorId 'ETL-CONFIG,New-EtlConfig'
        { New-EtlConfig shop order @env_ } | Should -Throw "*Did you mean 'orders'?*"
        $failure = { New-EtlConfig shop -EnvFile $sandbox.EnvFile -TargetSchema 'a.b.c' } | Should -Throw -PassThru
        $failure.ErrorDetails.RecommendedAction | Should -Match '-TargetSchema DATABASE.SCHEMA'
    }
}

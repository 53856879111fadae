BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 10 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
    $id = '00000000-0000-0000-0000-00000000000b'
    $run = '00000000-0000-0000-0000-000000000001'
    Invoke-TargetSql $sandbox @"
INSERT INTO etl.backfill (backfill_id, name, pipeline, source, target, method, parameters, batch_size, partition_count, target_was_empty, estimate_rows,
    estimate_bytes, estimate_files, status, created_by, started_at, finished_at, tool_version)
VALUES ('$id', 'history', 'orders', 'DB.S.ORDERS', 'public.orders', 'stream', '{}', 100, 2, true, 400, 0, 0, 'quarantined', 'etl-1, process 1',
    '2026-01-01 00:00:00Z', '2026-01-01 00:01:40Z', '0.1.0');
INSERT INTO etl.partition (backfill_id, number, kind, low_inclusive, bucket, estimate_rows, status, attempts, started_at, finished_at, records_read, inserted, quarantined, batches)
VALUES ('$id', 1, 'hash', true, 0, 200, 'done', 1, '2026-01-01 00:00:00Z', '2026-01-01 00:00:40Z', 200, 197, 3, 1),
       ('$id', 2, 'hash', true, 1, 200, 'done', 2, '2026-01-01 00:00:10Z', '2026-01-01 00:01:40Z', 200, 200, 0, 1);
INSERT INTO etl.run (run_id, pipeline, operation, mode, direction, dry_run, status, started_at, ended_at, host, pid, tool_version, backfill_id)
VALUES ('$run', 'orders', 'backfill', 'full', 'snowflake_to_postgres', false, 'done', '2026-01-01 00:00:00Z', '2026-01-01 00:01:40Z', 'etl-1', 1, '0.1.0', '$id');
INSERT INTO etl.batch (run_id, seq, pipeline, fence, records_read, committed_at, backfill_id, partition_number, bytes)
VALUES ('$run', 1, 'orders', 1, 200, '2026-01-01 00:00:40Z', '$id', 1, 10), ('$run', 2, 'orders', 1, 200, '2026-01-01 00:01:40Z', '$id', 2, 10);
INSERT INTO etl.quarantine (pipeline, run_id, key_text, payload, reason, sqlstate, column_name) SELECT 'orders', '$run', 'k' || i, '{}', 'Mrs Ada Lovelace', '22003', 'amount' FROM generate_series(1, 3) i;
"@
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Export-EtlReport' {
    It 'returns the figures of the state tables' {
        $report = Export-EtlReport history @env_
        $report.Status | Should -Be 'quarantined'
        ($report.Read, $report.Inserted, $report.Quarantined, $report.Expected) | Should -Be (400, 397, 3, 400)
        $report.Duration | Should -Be ([timespan]'00:01:40')
        $report.RowsPerSecond | Should -Be 4
        $report.Partitions.Duration | Should -Be ([timespan]'00:00:40', [timespan]'00:01:30')
        $report.Partitions[1].Attempts | Should -Be 2
        ($report.Throughput | Measure-Object Rows -Sum).Sum | Should -BeGreaterThan 399
        "$($report.Errors)" | Should -Be 'number out of range: 3'
        $report.Path | Should -BeNullOrEmpty
    }

    It 'writes what the name of the file says, or -Format' {
        Push-Location $TestDrive
        try {
            (Export-EtlReport history page.html @env_).Path | Should -Be (Join-Path $TestDrive 'page.html')
            Get-Content -Raw page.html | Should -Match '^<!DOCTYPE html>[\s\S]*Throughput over time[\s\S]*</html>\s*$'
            $null = 'history' | Export-EtlReport -Path figures.json @env_
            (Get-Content -Raw figures.json | ConvertFrom-Json).counts.records_read | Should -Be 400
            $null = [pscustomobject] @{ Name = 'history' } | Export-EtlReport -Path plain -Format Text @env_
            Get-Content -Raw plain | Should -Match 'Every row read is accounted for'
            foreach ($file in 'page.html', 'figures.json', 'plain') { Get-Content -Raw $file | Should -Not -Match 'Lovelace' }
        }
        finally { Pop-Location }
    }

    It 'writes nothing with -WhatIf, and says so in the object' {
        $path = Join-Path $TestDrive 'never.html'
        (Export-EtlReport history $path -WhatIf @env_).Path | Should -BeNullOrEmpty
        Test-Path $path | Should -BeFalse
    }

    It 'says what it does not know' {
        { Export-EtlReport histroy @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Export-EtlReport' -ExpectedMessage '*Did you mean ''history''*'
        { 'history', 'history' | Export-EtlReport -Path x.html @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Export-EtlReport'
    }
}

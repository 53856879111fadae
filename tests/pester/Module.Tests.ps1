BeforeAll { . $PSScriptRoot/Common.ps1 }

Describe 'The module' {
    It 'has a clean manifest, in the checkout and laid out' -ForEach @('../../EtlTools.psd1', '../../artifacts/module/EtlTools/EtlTools.psd1') {
        $problems = @()
        $manifest = Test-ModuleManifest (Join-Path $PSScriptRoot $_) -ErrorVariable problems -WarningVariable +problems
        $problems | Should -BeNullOrEmpty
        $manifest.PowerShellVersion | Should -Be '7.6'
    }

    It 'exports exactly what the manifest names, and no wildcard' {
        $data = Import-PowerShellDataFile $ModulePath
        (Get-Command -Module EtlTools).Name | Sort-Object | Should -Be ($data.CmdletsToExport | Sort-Object)
        ($data.CmdletsToExport + $data.FunctionsToExport + $data.AliasesToExport + $data.VariablesToExport) -match '\*' | Should -BeNullOrEmpty
    }

    It 'uses approved verbs only' {
        $approved = (Get-Verb).Verb
        (Get-Command -Module EtlTools).Verb | Should -BeIn $approved
    }

    It 'gives all commands on databases the same parameters for settings' {
        foreach ($command in Get-Command -Module EtlTools | Where-Object Name -notin 'Stop-EtlSandbox', 'Get-EtlSchedule', 'Unregister-EtlSchedule') {
            'Config', 'EnvFile', 'SnowflakeCredential', 'PostgresCredential' | Should -BeIn $command.Parameters.Keys
        }
    }

    It 'asks before everything that writes' {
        # Those that only read.
        $readers = Get-Command -Module EtlTools | Where-Object { $_.Verb -in 'Get', 'Compare' -or $_.Name -in 'Test-EtlConnection', 'Invoke-EtlQuery' }
        foreach ($command in Get-Command -Module EtlTools | Where-Object Name -notin $readers.Name) {
            'WhatIf', 'Confirm' | Should -BeIn $command.Parameters.Keys -Because $command.Name
        }
        foreach ($command in $readers) { 'WhatIf' | Should -Not -BeIn $command.Parameters.Keys -Because $command.Name }
    }

    It 'has a table view for each type it returns' {
        $types = (Get-Command -Module EtlTools).OutputType.Name | Where-Object { $_ -like 'EtlTools.*' } | Sort-Object -Unique
        $types.Count | Should -BeGreaterThan 7
        foreach ($type in $types) { Get-FormatData $type -PowerShellVersion 7.6 | Should -Not -BeNullOrEmpty -Because $type }
    }

    It 'returns lists as arrays, which PowerShell shows and compares as such' {
        $types = (Get-Command -Module EtlTools).OutputType.Type | Where-Object { $_.FullName -like 'EtlTools.*' } | Sort-Object FullName -Unique
        $lists = $types | ForEach-Object { $_.GetProperties() } | Where-Object { $_.PropertyType -ne [string] -and [Collections.IEnumerable].IsAssignableFrom($_.PropertyType) }
        $lists.Name | Should -Contain 'Notes'
        foreach ($list in $lists) { $list.PropertyType.IsArray | Should -BeTrue -Because "$($list.DeclaringType).$($list.Name)" }
    }

    It 'is imported again with -Force, and works' {
        $result = Invoke-FreshPowerShell "1..3 | ForEach-Object { Import-Module '$ModulePath' -Force }; Remove-Module EtlTools; Import-Module '$ModulePath'; Start-EtlSandbox -WhatIf; (Get-Command -Module EtlTools).Count"
        $result.Output.Trim() | Should -Match "$((Import-PowerShellDataFile $ModulePath).CmdletsToExport.Count)$"
        $result.ExitCode | Should -Be 0
    }

    It 'is imported in less than 250 ms' {
        # Processor time, the least of several: other work on the machine must not count.
        $measure = "`$p = [Diagnostics.Process]::GetCurrentProcess(); `$before = `$p.TotalProcessorTime; Import-Module '$ModulePath'; `$p.Refresh(); (`$p.TotalProcessorTime - `$before).TotalMilliseconds"
        $times = 1..3 | ForEach-Object { [double] (& ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command $measure) }
        ($times | Measure-Object -Minimum).Minimum | Should -BeLessThan 250
    }
}

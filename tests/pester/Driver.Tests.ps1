BeforeAll {
    . $PSScriptRoot/Common.ps1
    # A folder with an assembly of the driver's name and version, and nothing in it.
    function New-DriverFolder {
        param([string] $Name, [string] $Version)
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive $Name)
        $full = [Reflection.AssemblyName]::new('Snowflake.Data')
        $full.Version = "$Version.0"
        $assembly = [Reflection.Emit.PersistedAssemblyBuilder]::new($full, [object].Assembly)
        $null = $assembly.DefineDynamicModule('Snowflake.Data')
        $assembly.Save("$folder/Snowflake.Data.dll")
        $folder.FullName
    }
    $env:ETL_SNOWFLAKE_DRIVER = Join-Path $TestDrive 'place'
}

AfterAll { Remove-Item Env:ETL_SNOWFLAKE_DRIVER }

Describe 'Get-EtlDriver and Install-EtlDriver' {
    It 'says that there is no driver, and what to do' {
        $driver = Get-EtlDriver
        $driver.IsUsable | Should -BeFalse
        $driver.Version | Should -BeNullOrEmpty
        $driver.Folder | Should -Be $env:ETL_SNOWFLAKE_DRIVER
        $driver.Remedy | Should -Match 'Install-EtlDriver'
    }

    It 'installs nothing with -WhatIf' {
        Install-EtlDriver -Source (New-DriverFolder unused 5.7.0) -WhatIf | Should -BeNullOrEmpty
        Test-Path $env:ETL_SNOWFLAKE_DRIVER | Should -BeFalse
    }

    It 'installs from a folder, seen from the current one, and replaces what is there' {
        $null = New-DriverFolder first 5.7.0
        Push-Location $TestDrive
        try { (Install-EtlDriver -Source first).Version | Should -Be '5.7.0' } finally { Pop-Location }
        (Install-EtlDriver -Source (New-DriverFolder second 6.1.0)).Version | Should -Be '6.1.0'
        (Get-EtlDriver).Version | Should -Be '6.1.0'
        (Get-EtlDriver).IsUsable | Should -BeTrue
    }

    It 'refuses an old driver, and keeps the one it has' {
        { Install-EtlDriver -Source (New-DriverFolder old 4.8.0) } | Should -Throw -ErrorId 'ETL-CONFIG,Install-EtlDriver'
        (Get-EtlDriver).Version | Should -Be '6.1.0'
        (Get-ChildItem $TestDrive -Filter 'place*').Name | Should -Be 'place'
    }

    It 'refuses versions that cannot be meant' -ForEach '4.0', 'newest' { { Install-EtlDriver -Version $_ } | Should -Throw -ErrorId 'ETL-CONFIG,Install-EtlDriver' }
}

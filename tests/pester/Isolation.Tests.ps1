BeforeAll {
    . $PSScriptRoot/Common.ps1

    # A module with an Npgsql and a Microsoft.Extensions.Logging of its own, of other versions, in PowerShell's load context.
    $other = Join-Path $TestDrive 'Other'
    New-Item -ItemType Directory $other | Out-Null
    Add-Type -OutputAssembly "$other/Npgsql.dll" -TypeDefinition '[assembly: System.Reflection.AssemblyVersion("4.0.1.0")] namespace Npgsql { public static class NpgsqlConnection { public static string Me => "the other Npgsql"; } }'
    Add-Type -OutputAssembly "$other/Microsoft.Extensions.Logging.dll" -TypeDefinition '[assembly: System.Reflection.AssemblyVersion("3.1.0.0")] namespace Microsoft.Extensions.Logging { public static class LoggerFactory { public static string Me => "the other Logging"; } }'
    Set-Content "$other/Other.psm1" 'Add-Type -Path "$PSScriptRoot/Npgsql.dll", "$PSScriptRoot/Microsoft.Extensions.Logging.dll"; function Get-Other { [Npgsql.NpgsqlConnection]::Me; [Microsoft.Extensions.Logging.LoggerFactory]::Me }'

    $use = '$s = Start-EtlSandbox -Rows 50 3>$null; "status $((Invoke-IncrementalSync notif* -EnvFile $s.EnvFile).Status)"; Stop-EtlSandbox $s'
    $list = @'
[System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.ForEach({ $_.GetName().Name }) | Where-Object { $_ -match '^(Npgsql|Polly|Serilog|YamlDotNet|DotNetEnv|Sprache|Microsoft\.Extensions|EtlTools\.(Core|Sandbox|LocalWarehouse))' } | ForEach-Object { "default $_" }
([System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq EtlTools).Assemblies.ForEach({ "own $($_.GetName().Name)" })
'@
}

Describe 'Isolation' {
    It 'keeps every library of its own out of the default load context' {
        $result = Invoke-FreshPowerShell "$use`n$list"
        $result.Output | Should -Match 'status done'
        $result.Output | Should -Match 'own Npgsql'
        $result.Output | Should -Match 'own Microsoft.Extensions.Logging.Abstractions'
        $result.Output | Should -Not -Match '(?m)^default '
    }

    It 'works beside a module with other versions that was imported <When>' -ForEach @(
        @{ When = 'before'; First = $true }, @{ When = 'afterwards'; First = $false }
    ) {
        $load = "Import-Module '$other/Other.psm1'; Get-Other"
        $result = Invoke-FreshPowerShell $(if ($First) { "$load`n$use`n$list`nGet-Other" } else { "$use`n$load`n$list`n$use" })
        $result.Output | Should -Match 'status done'
        $result.Output | Should -Match 'the other Npgsql'
        $result.Output | Should -Match 'the other Logging'
        $result.Output | Should -Match 'own Npgsql'
        $result.ExitCode | Should -Be 0
    }

    It 'works in three runspaces at the same time' {
        $result = Invoke-FreshPowerShell "1..3 | ForEach-Object -Parallel { Import-Module '$ModulePath'; $use; Remove-Module EtlTools } -ThrottleLimit 3"
        ([regex]::Matches($result.Output, 'status done')).Count | Should -Be 3 -Because $result.Output
    }
}

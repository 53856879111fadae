# Imports the module from a checkout, after `dotnet build`. The build writes the same manifest, without the folder, beside the module
# it lays out in artifacts/module/EtlTools.
@{
    RootModule           = 'artifacts/module/EtlTools/EtlTools.Cmdlets.dll'
    NestedModules        = @('artifacts/module/EtlTools/EtlTools.Loader.dll')
    FormatsToProcess     = @('artifacts/module/EtlTools/EtlTools.Format.ps1xml')
    ModuleVersion        = '0.1.0'
    GUID                 = '6b0f6a53-5c0f-4a0e-9d56-6b0c3f8e9f1d'
    Author               = 'EtlTools contributors'
    CompanyName          = 'EtlTools'
    Copyright            = '(c) EtlTools contributors'
    Description          = 'Moves tables between Snowflake and PostgreSQL: incremental and full sync with exact types, quarantine, leases and dry runs.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    CmdletsToExport      = @(
        'Compare-RowCount'
        'Export-EtlReport'
        'Get-EtlBackfill'
        'Get-EtlDriver'
        'Get-EtlError'
        'Get-EtlRun'
        'Get-EtlSchedule'
        'Get-EtlTable'
        'Get-EtlWatermark'
        'Initialize-EtlDatabase'
        'Install-EtlDriver'
        'Invoke-EtlDemo'
        'Invoke-EtlErrorRetry'
        'Invoke-EtlQuery'
        'Invoke-IncrementalSync'
        'New-EtlConfig'
        'Register-EtlSchedule'
        'Remove-EtlError'
        'Reset-EtlWatermark'
        'Set-EtlWatermark'
        'Start-Backfill'
        'Start-EtlSandbox'
        'Stop-EtlBackfill'
        'Stop-EtlSandbox'
        'Test-EtlAlert'
        'Test-EtlConnection'
        'Unregister-EtlSchedule'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags = @('Snowflake', 'PostgreSQL', 'ETL', 'Sync', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
        }
    }
}

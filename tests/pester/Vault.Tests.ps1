BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 100 3>$null
    $text = Get-Content $sandbox.EnvFile -Raw
    $connection = [regex]::Match($text, "(?m)^POSTGRES_CONNECTION_STRING='?(?<c>[^'\r\n]+)").Groups['c'].Value
    $connection | Should -Match 'Password='
    $password = [regex]::Match($connection, 'Password=([^;]+)').Groups[1].Value
    $user = [regex]::Match($connection, 'Username=([^;]+)').Groups[1].Value

    # A vault for the tests, in the place of the genuine module.
    $modules = (New-Item -ItemType Directory "$TestDrive/modules/Microsoft.PowerShell.SecretManagement").FullName
    Set-Content "$modules/Microsoft.PowerShell.SecretManagement.psm1" @'
function Get-Secret {
    [CmdletBinding()] param([string] $Name)
    switch ($Name) {
        'text' { $env:TEST_VAULT_CONNECTION }
        'secure' { ConvertTo-SecureString $env:TEST_VAULT_CONNECTION -AsPlainText -Force }
        'credential' { [pscredential]::new('ignored', (ConvertTo-SecureString $env:TEST_VAULT_CONNECTION -AsPlainText -Force)) }
        'table' { @{ a = 1 } }
        'locked' { Write-Error 'A valid password is required to access the vault.' }
        default { Write-Error "The secret $Name was not found." }
    }
}
Export-ModuleMember Get-Secret
'@
    $env:TEST_VAULT_CONNECTION = $connection

    function Set-VaultSetting {
        param([string] $Name)
        $file = Join-Path $TestDrive "vault-$Name.env"
        Set-Content $file ($text -replace '(?m)^POSTGRES_CONNECTION_STRING=.*$', "POSTGRES_CONNECTION_STRING=vault:$Name")
        if (-not $IsWindows) { & chmod 600 $file }
        $file
    }
}

AfterAll {
    Remove-Item Env:TEST_VAULT_CONNECTION
    Stop-EtlSandbox $sandbox
}

Describe 'vault:NAME' {
    It 'says without SecretManagement which setting needs it, and what to do' -Skip:([bool] (Get-Module -ListAvailable Microsoft.PowerShell.SecretManagement)) {
        $file = Set-VaultSetting text
        $failure = { Get-EtlRun -EnvFile $file } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Get-EtlRun'
        $failure.Exception.Message | Should -Match 'POSTGRES_CONNECTION_STRING .*vault:text cannot be looked up, because the module Microsoft.PowerShell.SecretManagement is not installed'
    }

    Context 'with a vault' {
        BeforeAll {
            $before = $env:PSModulePath
            $env:PSModulePath = "$TestDrive/modules" + [IO.Path]::PathSeparator + $env:PSModulePath
        }
        AfterAll {
            $env:PSModulePath = $before
            Remove-Module Microsoft.PowerShell.SecretManagement -ErrorAction Ignore
        }

        It 'is looked up, and a <_> understood' -ForEach 'text', 'secure', 'credential' {
            $file = Set-VaultSetting $_
            (Invoke-IncrementalSync notification_text -EnvFile $file -Config $sandbox.Config).Status | Should -BeIn 'done', 'idle'
            (Get-EtlTable -EnvFile $file -Config $sandbox.Config).Count | Should -Be 2
        }

        It 'says what is wrong with <Name>' -ForEach @(
            @{ Name = 'nothing'; Message = 'The secret nothing was not found\. See Get-SecretInfo' }
            @{ Name = 'locked'; Message = 'A valid password is required.*Unlock-SecretVault' }
            @{ Name = 'table'; Message = 'is a Hashtable in the vault\. Store it as text, SecureString or PSCredential' }
        ) {
            $file = Set-VaultSetting $Name
            $failure = { Get-EtlRun -EnvFile $file } | Should -Throw -PassThru -ErrorId 'ETL-CONFIG,Get-EtlRun'
            $failure.Exception.Message | Should -Match "POSTGRES_CONNECTION_STRING .*vault:$Name .*$Message"
        }

        It 'completes table names without asking the vault' {
            $file = Set-VaultSetting locked
            (TabExpansion2 "Get-EtlTable -EnvFile '$file' -Config '$($sandbox.Config)' -Table no").CompletionMatches.CompletionText | Should -Be 'notification_text'
        }

        It 'is in no stream or log' {
            $file = Set-VaultSetting secure
            $env:ETL_LOG_DIR = "$TestDrive/vault-logs"
            try { $all = & { Invoke-IncrementalSync -EnvFile $file -Config $sandbox.Config -Verbose -Debug; Get-EtlRun -EnvFile $file -Debug } *>&1 | Out-String -Width 500 } finally { Remove-Item Env:ETL_LOG_DIR }
            $all | Should -Match 'idle|done'
            $all + (Get-ChildItem "$TestDrive/vault-logs" | Get-Content -Raw) | Should -Not -Match ([regex]::Escape($password))
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $sandbox = Start-EtlSandbox -Rows 300 3>$null
    $env_ = @{ EnvFile = $sandbox.EnvFile }
    $table = 'MEDICAL.PUBLIC.NOTIFICATION_TEXT'
}

AfterAll { Stop-EtlSandbox $sandbox }

Describe 'Invoke-EtlQuery' {
    It 'gives an object for each row, its values as exact texts' {
        $row = Invoke-EtlQuery "SELECT COUNT(*) AS N, 12345678901234567890123456789012345678 AS BIG, 1.50::NUMBER(10,2) AS N, NULL AS NOTHING FROM $table" @env_
        $row.PSObject.Properties.Name | Should -Be @('N', 'BIG', 'N_2', 'NOTHING')
        $row.N | Should -BeExactly '300'
        $row.BIG | Should -BeExactly '12345678901234567890123456789012345678'
        $row.N_2 | Should -BeExactly '1.50'
        $row.NOTHING | Should -BeNullOrEmpty
    }
    It 'says when there are more rows' {
        $rows = Invoke-EtlQuery "SELECT 1 AS A FROM $table" -Limit 2 @env_ -WarningVariable warnings 3>$null
        $rows.Count | Should -Be 2
        "$warnings" | Should -Match 'more rows than 2'
    }
    It 'writes nothing' {
        { Invoke-EtlQuery "DELETE FROM $table" @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Invoke-EtlQuery'
        { Invoke-EtlQuery "SELECT 1; DELETE FROM $table" @env_ } | Should -Throw -ErrorId 'ETL-CONFIG,Invoke-EtlQuery'
        (Invoke-EtlQuery "SELECT COUNT(*) AS N FROM $table" @env_).N | Should -Be 300
    }
    It 'says what Snowflake refused' {
        { Invoke-EtlQuery 'SELECT * FROM MEDICAL.PUBLIC.NO_SUCH' @env_ } | Should -Throw '*NO_SUCH*'
    }
}

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
}

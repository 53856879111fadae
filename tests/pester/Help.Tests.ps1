BeforeDiscovery {
    . $PSScriptRoot/../../build/HelpPage.ps1
    $folder = Join-Path $PSScriptRoot '../../docs/cmdlets'
    $manifest = Import-PowerShellDataFile (Join-Path $PSScriptRoot '../../artifacts/module/EtlTools/EtlTools.psd1')
    $commands = foreach ($name in $manifest.CmdletsToExport) { @{ Name = $name; Page = Join-Path $folder "$name.md" } }
    # Those without a page fail once, not once for each thing that is missing.
    $described = @($commands | Where-Object { Test-Path $_.Page })
    $examples = foreach ($command in $described) {
        foreach ($example in (Read-HelpPage $command.Page).Examples) { @{ Name = $command.Name; Title = $example.Title; Example = $example } }
    }
    $run = @($examples | Where-Object { -not $_.Example.NotRun })
    $notRun = @($examples | Where-Object { $_.Example.NotRun })
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Schedule.Common.ps1
    . $PSScriptRoot/../../build/HelpPage.ps1
    . $PSScriptRoot/../../build/Maml.ps1
    $folder = Join-Path $PSScriptRoot '../../docs/cmdlets'
    $moduleHelp = Join-Path $PSScriptRoot '../../module/en-US'
}

Describe 'Every cmdlet' {
    It '<Name> has a page' -ForEach $commands { Test-Path $Page | Should -BeTrue -Because "$Name needs docs/cmdlets/$Name.md; docs/cmdlets/README.md says how it is written" }
}

Describe 'Help of <Name>' -ForEach $described {
    It 'has synopsis, description, outputs and at least two examples' {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Be (Read-HelpPage $Page).Synopsis
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue.type.name | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterThan 1
    }

    It 'says what it returns as the cmdlet does' {
        $declared = @((Get-Command $Name).OutputType | ForEach-Object Name)
        $shown = @((Read-HelpPage $Page).Outputs.Type)
        if ($declared) { $shown | Sort-Object | Should -Be ($declared | Sort-Object) } else { $shown | Should -Be 'None' }
    }

    It 'describes each parameter, and none that does not exist' {
        $own = (Get-OwnParameter (Get-Command $Name)).Name
        $described = @(Get-Help $Name -Parameter * | Where-Object { $_.description.Text })
        $described.Name | Sort-Object | Should -Be ($own | Sort-Object)
        (Read-HelpPage $Page).Parameters.Keys | Where-Object { $_ -notin $own } | Should -BeNullOrEmpty -Because 'the page describes parameters that do not exist'
    }

    It 'has examples that parse, and that use the cmdlet' {
        foreach ($example in (Read-HelpPage $Page).Examples) {
            $problems = $null
            $tree = [Management.Automation.Language.Parser]::ParseInput($example.Code, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $example.Title
            $used = $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true) | ForEach-Object { $_.GetCommandName() }
            $used | Should -Contain $Name -Because $example.Title
        }
    }

    It 'points to cmdlets that exist' {
        foreach ($other in (Read-HelpPage $Page).SeeAlso) { Get-Command $other -Module EtlTools | Should -Not -BeNullOrEmpty -Because $other }
    }
}

Describe 'The help files' {
    It 'are what the pages make' {
        $made = ConvertTo-Maml -Commands (Get-Command -Module EtlTools) -Folder $folder
        (Get-Content -Raw "$moduleHelp/EtlTools.Cmdlets.dll-Help.xml").ReplaceLineEndings("`n") -ceq $made |
            Should -BeTrue -Because 'pages or cmdlets have changed: run build.ps1 -Task Docs'
    }

    It 'lie beside the module that the build lays out' {
        foreach ($file in Get-ChildItem $moduleHelp) {
            (Get-FileHash (Join-Path (Split-Path $ModulePath) "en-US/$($file.Name)")).Hash | Should -Be (Get-FileHash $file).Hash -Because 'the module must be built again'
        }
    }

    It 'are found by whoever imports the checkout' {
        $result = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "Import-Module '$PSScriptRoot/../../EtlTools.psd1'; (Get-Help Invoke-IncrementalSync).Synopsis; (Get-Help about_EtlTools).Length -gt 500"
        $result | Should -Be 'Brings target tables up to date with their sources.', 'True'
    }

    It 'are not all: scripts say what they do, too: <_>' -ForEach 'build.ps1', 'module/scripts/Invoke-EtlJob.ps1' {
        (Get-Help (Join-Path $PSScriptRoot "../../$_")).description.Text | Should -Not -BeNullOrEmpty
    }

    It 'have no page for a cmdlet that does not exist, and no shared parameter that nobody has' {
        (Read-HelpFolder $folder).Keys | Where-Object { -not (Get-Command $_ -Module EtlTools -ErrorAction Ignore) } | Should -BeNullOrEmpty
        $used = (Get-Command -Module EtlTools | ForEach-Object { Get-OwnParameter $_ }).Name | Sort-Object -Unique
        (Read-SharedParameter $folder).Keys | Where-Object { $_ -notin $used } | Should -BeNullOrEmpty
    }

    It 'are complete in the index of the pages' {
        $index = Get-Content -Raw "$folder/README.md"
        foreach ($command in Get-Command -Module EtlTools) { $index | Should -Match ([regex]::Escape("[$($command.Name)]($($command.Name).md)")) }
    }

    It 'name in about_EtlTools only cmdlets that exist' {
        $named = [regex]::Matches((Get-Content -Raw "$moduleHelp/about_EtlTools.help.txt"), '\b[A-Z][a-z]+-(Etl\w+|IncrementalSync|RowCount)\b').Value | Sort-Object -Unique
        $named.Count | Should -BeGreaterThan 5
        foreach ($name in $named) { Get-Command $name -Module EtlTools | Should -Not -BeNullOrEmpty -Because $name }
    }
}

Describe 'Examples' {
    BeforeAll {
        $path = $env:PATH
        if (-not $IsWindows) { New-FakeCrontab $TestDrive }
        $sandbox = Start-EtlSandbox -Rows 300 3>$null
        # What the examples before have left in the target and in the state.
        $empty = "DO 'BEGIN EXECUTE (SELECT ''TRUNCATE '' || string_agg(format(''%I.%I'', schemaname, tablename), '', '') || '' RESTART IDENTITY CASCADE'' FROM pg_tables WHERE schemaname IN (''public'', ''etl'') AND tablename <> ''migration''); END'"
    }

    BeforeEach {
        $null = Invoke-TargetSql $sandbox $empty
        Push-Location $sandbox.Folder
    }

    AfterEach { Pop-Location }
    AfterAll {
        Stop-EtlSandbox
        $env:PATH = $path
    }

    It '<Name>: <Title>' -ForEach $run {
        # As a person who says yes to what is asked.
        $script = "`$ConfirmPreference = 'None'; `$InformationPreference = 'Ignore'; $($Example.Before)`n`$Error.Clear()`n$($Example.Code)"
        $null = . ([scriptblock]::Create($script)) 3>$null
        $Error | Should -BeNullOrEmpty
    }

    It '<Name>: <Title>, which no test runs, says why' -ForEach $notRun { $Example.NotRun.Length | Should -BeGreaterThan 20 }
}

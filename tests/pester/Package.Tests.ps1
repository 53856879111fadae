# The package as build.ps1 makes it, looked at and imported like one that was downloaded.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    # As it is for most people: MSBuild keeps processes for later builds, for which build.ps1 must not wait.
    $env:MSBUILDDISABLENODEREUSE = $null
    $root = Join-Path $PSScriptRoot '../..' | Resolve-Path | ForEach-Object Path
    $folder = Join-Path $TestDrive 'package'
    $made = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File "$root/build.ps1" -Task Package -Output $folder 2>&1 | Out-String
    if ($LASTEXITCODE -ne 0) { throw $made }
    $package = Join-Path $folder 'EtlTools'
    $manifest = Import-PowerShellDataFile "$package/EtlTools.psd1"
    $name = "EtlTools-$($manifest.ModuleVersion)"
    function Get-RelativeFile { param($From) Get-ChildItem $From -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($From, $_.FullName).Replace('\', '/') } }
    function Invoke-Bare { & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command $args[0] 2>&1 | Out-String }
}

Describe 'The package' {
    It 'says where folder, zip and hashes are' {
        foreach ($path in $package, "$folder/$name.zip", "$folder/$name.sha256") {
            Test-Path $path | Should -BeTrue -Because $path
            $made.ReplaceLineEndings('').Contains([IO.Path]::GetFileName($path)) | Should -BeTrue
        }
    }

    It 'has the hash of every file, and of the zip' {
        $listed = @{}
        foreach ($line in Get-Content "$folder/$name.sha256") {
            $hash, $file = $line -split '  ', 2
            $listed[$file] = $hash
            (Get-FileHash (Join-Path $folder $file) -Algorithm SHA256).Hash | Should -Be $hash -Because $file
        }
        $listed.Keys | Sort-Object | Should -Be (@(Get-RelativeFile $folder | Where-Object { $_ -ne "$name.sha256" }) | Sort-Object)
    }

    It 'is the same in the zip' {
        [IO.Compression.ZipFile]::ExtractToDirectory("$folder/$name.zip", (Join-Path $TestDrive 'zip'))
        $unpacked = Join-Path $TestDrive 'zip/EtlTools'
        Get-RelativeFile $unpacked | Sort-Object | Should -Be (Get-RelativeFile $package | Sort-Object)
        foreach ($file in Get-RelativeFile $package) { (Get-FileHash "$unpacked/$file").Hash | Should -Be (Get-FileHash "$package/$file").Hash -Because $file }
    }

    It 'has a clean manifest that names what it exports and finds what it names' {
        $problems = @()
        $tested = Test-ModuleManifest "$package/EtlTools.psd1" -ErrorVariable problems -WarningVariable +problems
        $problems | Should -BeNullOrEmpty
        $tested.ExportedCmdlets.Count | Should -Be $manifest.CmdletsToExport.Count
        $manifest.FunctionsToExport + $manifest.AliasesToExport + $manifest.VariablesToExport | Should -BeNullOrEmpty
        $manifest.CmdletsToExport -match '\*' | Should -BeNullOrEmpty
        foreach ($file in @($manifest.RootModule) + $manifest.NestedModules + $manifest.FormatsToProcess) { Test-Path "$package/$file" | Should -BeTrue -Because $file }
        "$($tested.Version)" | Should -Be ([xml] (Get-Content -Raw "$root/Directory.Build.props")).SelectSingleNode('//Version').InnerText -Because 'the assemblies and the manifest have one version'
    }

    It 'is imported in a fresh PowerShell, has help, and syncs' {
        $result = Invoke-Bare @"
Import-Module '$package/EtlTools.psd1'
'cmdlets ' + (Get-Command -Module EtlTools).Count
(Get-Help Invoke-IncrementalSync).Synopsis
`$s = Start-EtlSandbox -Rows 50 3>`$null
'synced ' + ((Invoke-IncrementalSync -EnvFile `$s.EnvFile).Status -join ',')
Stop-EtlSandbox
"@
        $result | Should -Match "cmdlets $($manifest.CmdletsToExport.Count)"
        $result | Should -Match 'Brings target tables up to date'
        $result | Should -Match 'synced done,done'
    }

    It 'is found by its name where modules are installed' {
        $modules = Join-Path $TestDrive 'modules'
        Copy-Item $package (New-Item -ItemType Directory -Force "$modules/EtlTools") -Recurse
        Rename-Item "$modules/EtlTools/EtlTools" $manifest.ModuleVersion
        Invoke-Bare "`$env:PSModulePath = '$modules'; (Get-Command Get-EtlTable).Module.ModuleBase" | Should -Match ([regex]::Escape("$modules"))
    }

    It 'holds nothing that a user does not need' {
        $files = Get-RelativeFile $package
        # The endpoint is a program of its own, and a program has these two.
        $files -match '\.(pdb|xml|deps\.json|runtimeconfig\.json)$' -notmatch '-Help\.xml$|^server/EtlTools\.Server\.(deps|runtimeconfig)\.json$' | Should -BeNullOrEmpty
        $files -match 'System\.Management\.Automation|PowerShellStandard|CodeAnalysis|xunit|Test' | Should -BeNullOrEmpty
        $allowed = '^(EtlTools\.(psd1|Format\.ps1xml|Cmdlets\.dll|Loader\.dll)|en-US/[\w.-]+|scripts/[\w.-]+\.ps1|lib/[\w.]+\.dll|server/[\w.]+\.dll|server/EtlTools\.Server\.(deps|runtimeconfig)\.json)$'
        $files | Where-Object { $_ -cnotmatch $allowed } | Should -BeNullOrEmpty
        # What the runtime has is not brought along.
        $shared = Split-Path ([object].Assembly.Location)
        $files -match '^(lib|server)/' | ForEach-Object { Split-Path $_ -Leaf } | Where-Object { $_ -like 'System.*' -and (Test-Path "$shared/$_") } | Should -BeNullOrEmpty
    }

    It 'has no test hooks, is optimised, and does not tell where it was built' {
        $inspect = @'
foreach ($file in Get-ChildItem $args[0] -Recurse -Filter EtlTools.*.dll) {
    $bytes = [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($file.FullName))
    # The name of a variable that only the test hooks read, as a literal in an assembly is stored.
    if ($bytes.Contains([Text.Encoding]::Latin1.GetString([Text.Encoding]::Unicode.GetBytes('ETL_TEST_KILL_AT')))) { "hooks in $file" }
    foreach ($path in $args[1], [Environment]::GetFolderPath('UserProfile')) { if ($path.Length -gt 4 -and $bytes.Contains($path)) { "$path in $file" } }
    $debug = [Reflection.Assembly]::LoadFile($file.FullName).GetCustomAttributes([Diagnostics.DebuggableAttribute], $false)
    if ($debug.IsJITOptimizerDisabled -contains $true) { "debug build of $file" }
}
'looked at'
'@
        $script = Join-Path $TestDrive 'inspect.ps1'
        Set-Content $script $inspect
        (& ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $script $package $root) -join "`n" | Should -Be 'looked at'
    }
}

Describe 'build.ps1' {
    It 'ends with exit code 1 when a task fails, and says which' {
        $blocked = Join-Path $TestDrive 'a-file'
        Set-Content $blocked 'no folder'
        $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File "$root/build.ps1" -Task Package -Output $blocked 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 1
        $output | Should -Match 'build\.ps1 -Task Package: '
    }
}

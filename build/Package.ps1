# Makes the package of the module, and installs it. Part of build.ps1, whose Invoke-Dotnet and Write-Made it uses.

# A folder with the module as it is published, a zip of it, and the SHA-256 of every file in the form that sha256sum -c reads.
function New-ModulePackage {
    param([string] $Root, [string] $Folder)
    $Folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Folder)
    $module = Join-Path $Folder 'EtlTools'
    if (Test-Path $module) { Remove-Item $module -Recurse -Force }
    # Paths of this machine have no place in a package: the build maps them.
    Invoke-Dotnet build (Join-Path $Root 'src/EtlTools.Cmdlets') -c Release --nologo "-p:ModuleFolder=$module/" '-p:ContinuousIntegrationBuild=true'
    # Debug information is for a checkout.
    Get-ChildItem $module -Recurse -Include '*.pdb' | Remove-Item
    $manifest = Test-ModuleManifest (Join-Path $module 'EtlTools.psd1') -ErrorAction Stop
    $name = "EtlTools-$($manifest.Version)"
    $zip = Join-Path $Folder "$name.zip"
    if (Test-Path $zip) { Remove-Item $zip }
    [IO.Compression.ZipFile]::CreateFromDirectory($module, $zip, [IO.Compression.CompressionLevel]::SmallestSize, $true)
    $sums = Join-Path $Folder "$name.sha256"
    [IO.File]::WriteAllText($sums, ((Get-PackageHash $Folder (@(Get-Item $zip) + (Get-ChildItem $module -Recurse -File))) -join "`n") + "`n")
    Write-Made $module "publish it with: Publish-PSResource -Path $module"
    Write-Made $zip
    Write-Made $sums
    [pscustomobject] @{ Module = $module; Version = $manifest.Version; Zip = $zip; Hashes = $sums }
}

function Get-PackageHash {
    param([string] $Folder, [IO.FileInfo[]] $Files)
    foreach ($file in $Files | Sort-Object FullName -Culture '') {
        $relative = [IO.Path]::GetRelativePath($Folder, $file.FullName).Replace('\', '/')
        "$((Get-FileHash $file.FullName -Algorithm SHA256).Hash.ToLowerInvariant())  $relative"
    }
}

# Into EtlTools/<version> of the first folder in which PowerShell looks for this user's modules.
function Install-ModulePackage {
    param([string] $Root, [string] $Modules)
    if (-not $Modules) { $Modules = ($env:PSModulePath -split [IO.Path]::PathSeparator)[0] }
    $package = New-ModulePackage $Root (Join-Path $Root 'artifacts/package')
    $target = Join-Path $Modules "EtlTools/$($package.Version)"
    $next, $old = "$target.new", "$target.old"
    foreach ($left in $next, $old | Where-Object { Test-Path $_ }) { Remove-Item $left -Recurse -Force }
    $null = New-Item -ItemType Directory -Force (Split-Path $target)
    Copy-Item $package.Module $next -Recurse
    # Between the two renames there is no module, and no longer: a PowerShell that starts meanwhile finds the old one or the new one.
    # A version that a PowerShell has loaded cannot be moved on Windows.
    if (Test-Path $target) {
        try { Rename-Item $target $old }
        catch { Remove-Item $next -Recurse -Force; throw "$target is in use: close every PowerShell that has imported EtlTools, then install again. ($_)" }
    }
    try { Rename-Item $next $target }
    catch { if (Test-Path $old) { Rename-Item $old $target }; throw }
    if (Test-Path $old) { Remove-Item $old -Recurse -Force }
    Write-Made $target 'import it with: Import-Module EtlTools'
}

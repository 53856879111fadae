# Makes the help file of the module (MAML) of the pages in docs/cmdlets and of what the cmdlets themselves say: types, sets, positions, pipeline input.

$mamlNames = @{ maml = 'http://schemas.microsoft.com/maml/2004/10'; command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'; dev = 'http://schemas.microsoft.com/maml/dev/2004/10' }

# The file's text. $Commands come from Get-Command; a cmdlet without a page, or a parameter without a text, is an error.
function ConvertTo-Maml {
    param([Parameter(Mandatory)] [object[]] $Commands, [Parameter(Mandatory)] [string] $Folder)
    $pages, $shared = (Read-HelpFolder $Folder), (Read-SharedParameter $Folder)
    $document = [Xml.Linq.XDocument]::new([Xml.Linq.XElement]::new([Xml.Linq.XName] '{http://msh}helpItems', [Xml.Linq.XAttribute]::new('schema', 'maml')))
    foreach ($command in $Commands | Sort-Object Name -Culture '') {
        $page = $pages[$command.Name]
        if (-not $page) { throw "$($command.Name) has no help: write docs/cmdlets/$($command.Name).md (docs/cmdlets/README.md says how), then run build.ps1 -Task Docs." }
        $document.Root.Add((New-MamlCommand $command $page $shared))
    }
    "<?xml version=`"1.0`" encoding=`"utf-8`"?>`n" + $document.ToString().ReplaceLineEndings("`n") + "`n"
}

# The parameters of a cmdlet that are its own, without those that every cmdlet has.
function Get-OwnParameter {
    param($Command)
    $common = [Management.Automation.PSCmdlet]::CommonParameters
    $Command.Parameters.Values | Where-Object Name -notin $common | Sort-Object Name -Culture ''
}

function New-MamlCommand {
    param($Command, $Page, [hashtable] $Shared)
    $root = New-MamlElement command command
    foreach ($prefix in 'maml', 'command', 'dev') { $root.Add([Xml.Linq.XAttribute]::new([Xml.Linq.XNamespace]::Xmlns + $prefix, $mamlNames[$prefix])) }
    $texts = @{}
    foreach ($parameter in Get-OwnParameter $Command) {
        $texts[$parameter.Name] = $Page.Parameters[$parameter.Name] ?? $Shared[$parameter.Name]
        if (-not $texts[$parameter.Name]) { throw "$($Page.Path): the parameter -$($parameter.Name) is not described." }
    }
    $root.Add((New-MamlElement command details @(
                (New-MamlElement command name $Command.Name), (New-MamlElement command verb $Command.Verb), (New-MamlElement command noun $Command.Noun)
                (New-MamlText maml description $Page.Synopsis))))
    $root.Add((New-MamlText maml description $(if ($Page.Description) { $Page.Description } else { $Page.Synopsis })))
    $root.Add((New-MamlElement command syntax @($Command.ParameterSets | ForEach-Object { New-MamlSyntax $Command $_ $texts })))
    $root.Add((New-MamlElement command parameters @(Get-OwnParameter $Command | ForEach-Object { New-MamlParameter $Command $_ $texts[$_.Name] })))
    $root.Add((New-MamlElement command inputTypes @(Get-OwnParameter $Command | Where-Object { @($_.Attributes | Where-Object { $_ -is [Management.Automation.ParameterAttribute] -and $_.ValueFromPipeline }) } | ForEach-Object {
                    New-MamlElement command inputType @((New-MamlElement dev type (New-MamlElement maml name (Get-TypeName $_.ParameterType))), (New-MamlText maml description $texts[$_.Name])) })))
    $root.Add((New-MamlElement command returnValues @($Page.Outputs | ForEach-Object {
                    New-MamlElement command returnValue @((New-MamlElement dev type (New-MamlElement maml name $_.Type)), (New-MamlText maml description $_.Text)) })))
    if ($Page.Notes) { $root.Add((New-MamlElement maml alertSet (New-MamlText maml alert $Page.Notes))) }
    $number = 0
    $root.Add((New-MamlElement command examples @($Page.Examples | ForEach-Object {
                    $number++
                    New-MamlElement command example @((New-MamlElement maml title "---------- Example ${number}: $($_.Title) ----------"), (New-MamlElement dev code $_.Code), (New-MamlText dev remarks $_.Remarks)) })))
    $root.Add((New-MamlElement command relatedLinks @($Page.SeeAlso | ForEach-Object { New-MamlElement maml navigationLink @((New-MamlElement maml linkText $_), (New-MamlElement maml uri '')) })))
    $root
}

function New-MamlSyntax {
    param($Command, $Set, [hashtable] $Texts)
    $common = [Management.Automation.PSCmdlet]::CommonParameters
    # As Get-Command shows them: positions first, then what must be given, then by name.
    $order = @{ Expression = { if ($_.Position -ge 0) { $_.Position } else { [int]::MaxValue } } }, @{ Expression = { -not $_.IsMandatory } }, 'Name'
    $parameters = $Set.Parameters | Where-Object Name -notin $common | Sort-Object $order | ForEach-Object { New-MamlParameter $Command $Command.Parameters[$_.Name] $Texts[$_.Name] -WithValues }
    New-MamlElement command syntaxItem @((New-MamlElement maml name $Command.Name); $parameters)
}

function New-MamlParameter {
    param($Command, $Parameter, [string[]] $Text, [switch] $WithValues)
    $declared = @($Parameter.Attributes | Where-Object { $_ -is [Management.Automation.ParameterAttribute] })[0]
    $wildcards = [bool] ($Parameter.Attributes | Where-Object { $_ -is [Management.Automation.SupportsWildcardsAttribute] })
    $pipeline = @(if ($declared.ValueFromPipeline) { 'ByValue' }; if ($declared.ValueFromPipelineByPropertyName) { 'ByPropertyName' }) -join ', '
    $isSwitch = $Parameter.ParameterType -eq [switch]
    $element = New-MamlElement command parameter @(
        [Xml.Linq.XAttribute]::new('required', "$($declared.Mandatory)".ToLowerInvariant())
        [Xml.Linq.XAttribute]::new('variableLength', 'true')
        [Xml.Linq.XAttribute]::new('globbing', "$wildcards".ToLowerInvariant())
        [Xml.Linq.XAttribute]::new('pipelineInput', $(if ($pipeline) { "True ($pipeline)" } else { 'False' }))
        [Xml.Linq.XAttribute]::new('position', $(if ($declared.Position -ge 0) { "$($declared.Position)" } else { 'named' }))
        [Xml.Linq.XAttribute]::new('aliases', $(if ($Parameter.Aliases) { $Parameter.Aliases -join ', ' } else { 'none' }))
        (New-MamlElement maml name $Parameter.Name)
        (New-MamlText maml description $Text))
    $type = Get-TypeName $Parameter.ParameterType
    $values = Get-AllowedValue $Parameter
    if ($values -and $WithValues) { $element.Add((New-MamlElement command parameterValueGroup @($values | ForEach-Object { New-MamlElement command parameterValue @([Xml.Linq.XAttribute]::new('required', 'false'), $_) }))) }
    if (-not $isSwitch) { $element.Add((New-MamlElement command parameterValue @([Xml.Linq.XAttribute]::new('required', 'true'), [Xml.Linq.XAttribute]::new('variableLength', 'false'), $type))) }
    $element.Add((New-MamlElement dev type (New-MamlElement maml name $type)))
    $element.Add((New-MamlElement dev defaultValue $(if ($isSwitch) { 'False' } else { Get-DefaultValue $Command $Parameter })))
    $element
}

function Get-AllowedValue {
    param($Parameter)
    if ($Parameter.ParameterType.IsEnum) { return [enum]::GetNames($Parameter.ParameterType) }
    $Parameter.Attributes | Where-Object { $_ -is [Management.Automation.ValidateSetAttribute] } | ForEach-Object ValidValues
}

# What the parameter is when it is not given. A number 0 or an empty list says that something else decides.
function Get-DefaultValue {
    param($Command, $Parameter)
    $property = $Command.ImplementingType.GetProperty($Parameter.Name)
    if (-not $property) { return 'None' }
    $value = $property.GetValue([Activator]::CreateInstance($Command.ImplementingType))
    if ($value -is [enum] -or ($value -isnot [guid] -and $value -isnot [array] -and $value)) { "$value" } else { 'None' }
}

function Get-TypeName {
    param([type] $Type)
    $inner = [Nullable]::GetUnderlyingType($Type) ?? $Type
    [Microsoft.PowerShell.ToStringCodeMethods]::Type([psobject] $inner) -replace '^EtlTools\.Cmdlets\.', ''
}

function New-MamlElement {
    param([string] $Prefix, [string] $Name, $Content)
    $element = [Xml.Linq.XElement]::new([Xml.Linq.XName] "{$($mamlNames[$Prefix])}$Name")
    # PowerShell wraps what went through a pipeline; the document must be given what is inside.
    foreach ($part in $Content) { if ($null -ne $part) { $element.Add($part.PSObject.BaseObject) } }
    $element
}

function New-MamlText {
    param([string] $Prefix, [string] $Name, [string[]] $Paragraphs)
    New-MamlElement $Prefix $Name @($Paragraphs | Where-Object { $_ } | ForEach-Object { New-MamlElement maml para $_ })
}

# Reads the pages in docs/cmdlets: one for each cmdlet, and the parameters that many of them share. docs/cmdlets/README.md says how they are written.

# A page as an object: Name, Synopsis, Description, Parameters, Examples, Outputs, Notes, SeeAlso. Texts are lists of paragraphs without markup.
function Read-HelpPage {
    param([Parameter(Mandatory)] [string] $Path)
    $page = [ordered] @{ Name = ''; Synopsis = ''; Description = @(); Parameters = @{}; Examples = @(); Outputs = @(); Notes = @(); SeeAlso = @(); Path = $Path }
    foreach ($section in Split-Section (Get-Content -Raw $Path) '## ') {
        if (-not $section.Title) {
            $head = @(Split-Section $section.Text '# ' | Where-Object Title)
            if ($head.Count -ne 1) { throw "${Path}: the page must begin with '# ' and the name of the cmdlet." }
            $page.Name = $head[0].Title
            $page.Synopsis, $page.Description = ConvertFrom-Markdown $head[0].Text
            $page.Description = @($page.Description | Where-Object { $_ })
            continue
        }
        switch ($section.Title) {
            'Parameters' { $page.Parameters = Read-Parameter $section.Text $Path }
            'Examples' { $page.Examples = @(Split-Section $section.Text '### ' | Where-Object Title | ForEach-Object { Read-Example $_ $Path }) }
            'Outputs' { $page.Outputs = @(Split-Section $section.Text '### ' | Where-Object Title | ForEach-Object { [pscustomobject] @{ Type = $_.Title; Text = @(ConvertFrom-Markdown $_.Text) } }) }
            'Notes' { $page.Notes = @(ConvertFrom-Markdown $section.Text) }
            'See also' { $page.SeeAlso = @([regex]::Matches($section.Text, '(?m)^- \[(?<name>[^\]]+)\]') | ForEach-Object { $_.Groups['name'].Value }) }
            default { throw "${Path}: there is no section '$($section.Title)' in a help page; there are Parameters, Examples, Outputs, Notes and See also." }
        }
    }
    if (-not $page.Synopsis) { throw "${Path}: a sentence that says what the cmdlet does must follow its name." }
    [pscustomobject] $page
}

# All pages of a folder, by the name of the cmdlet.
function Read-HelpFolder {
    param([Parameter(Mandatory)] [string] $Folder)
    $pages = @{}
    foreach ($file in Get-ChildItem $Folder -Filter '*-*.md' | Where-Object Name -ne 'shared-parameters.md') {
        $page = Read-HelpPage $file.FullName
        if ($page.Name -ne $file.BaseName) { throw "$($file.FullName): the page is about $($page.Name), so it must be named $($page.Name).md." }
        $pages[$page.Name] = $page
    }
    $pages
}

# Parameters that are described once for all cmdlets that have them; a cmdlet's own page wins.
function Read-SharedParameter {
    param([Parameter(Mandatory)] [string] $Folder)
    $path = Join-Path $Folder 'shared-parameters.md'
    Read-Parameter (Get-Content -Raw $path) $path
}

function Read-Parameter {
    param([string] $Text, [string] $Path)
    $parameters = @{}
    foreach ($section in Split-Section $Text '### ' | Where-Object Title) {
        if ($section.Title -notmatch '^-(\w+)$') { throw "${Path}: '### $($section.Title)' under Parameters must be '### -Name'." }
        $parameters[$Matches[1]] = @(ConvertFrom-Markdown $section.Text)
    }
    $parameters
}

# An example: its code, what must be done before it can be shown (a comment 'before:'), or why no test runs it ('not run:').
function Read-Example {
    param($Section, [string] $Path)
    $blocks = [regex]::Matches($Section.Text, '(?s)```powershell\n(?<code>.*?)\n```')
    if ($blocks.Count -ne 1) { throw "${Path}: the example '$($Section.Title)' must have exactly one block of powershell." }
    $before = [regex]::Match($Section.Text, '(?s)<!-- before: (?<text>.*?) -->').Groups['text'].Value
    $notRun = [regex]::Match($Section.Text, '(?s)<!-- not run: (?<text>.*?) -->').Groups['text'].Value
    [pscustomobject] @{
        Title = $Section.Title; Code = $blocks[0].Groups['code'].Value; Before = $before; NotRun = $notRun
        Remarks = @(ConvertFrom-Markdown ([regex]::Replace($Section.Text, '(?s)```powershell\n.*?\n```', '')))
    }
}

# Splits at headings of one level, but not inside code. What comes before the first heading has no title.
function Split-Section {
    param([string] $Text, [string] $Mark)
    $sections = [Collections.Generic.List[object]]::new()
    $title, $lines, $inCode = '', [Collections.Generic.List[string]]::new(), $false
    foreach ($line in $Text -split '\r?\n') {
        if ($line.StartsWith('```')) { $inCode = -not $inCode }
        if (-not $inCode -and $line.StartsWith($Mark)) {
            $sections.Add([pscustomobject] @{ Title = $title; Text = $lines -join "`n" })
            $title, $lines = $line.Substring($Mark.Length).Trim(), [Collections.Generic.List[string]]::new()
        }
        else { $lines.Add($line) }
    }
    $sections.Add([pscustomobject] @{ Title = $title; Text = $lines -join "`n" })
    $sections
}

# Paragraphs without markup, each one line; list items are paragraphs of their own.
function ConvertFrom-Markdown {
    param([string] $Text)
    $plain = [regex]::Replace($Text, '(?s)<!--.*?-->', '')
    $plain = [regex]::Replace($plain, '\[([^\]]+)\]\([^)]+\)', '$1')
    $plain = $plain.Replace('**', '').Replace('`', '')
    [regex]::Split($plain, '\n\s*\n|\n(?=- )') | ForEach-Object { ($_ -split '\n').Trim() -join ' ' } | ForEach-Object { $_.Trim() } | Where-Object { $_ }
}

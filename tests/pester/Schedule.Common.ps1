# A crontab of its own for the tests: the program is a small script on PATH, so that nobody's schedules are touched.
function New-FakeCrontab {
    param([string] $Folder)
    $null = New-Item -ItemType Directory "$Folder/bin"
    Set-Content "$Folder/bin/crontab" @"
#!/bin/sh
case "`$1" in
  -l) [ -f '$Folder/crontab.txt' ] && exec cat '$Folder/crontab.txt'; echo 'no crontab for somebody' >&2; exit 1 ;;
  -r) rm '$Folder/crontab.txt' ;;
  -) cat > '$Folder/crontab.txt' ;;
esac
"@
    & chmod 755 "$Folder/bin/crontab"
    $env:PATH = "$Folder/bin" + [IO.Path]::PathSeparator + $env:PATH
}

namespace EtlTools.IntegrationTests.Cli;

/// <summary>
/// A folder of programs with the names of the schedulers' own, which write down what they are told and keep what they are given. A
/// command sees no others, because PATH names this folder and that of the shell's tools only.
/// </summary>
internal sealed class FakeSchedulers : IDisposable
{
    private const string Crontab =
        """
        case "$1" in
          -l) [ -f "$FAKE/crontab.txt" ] && exec cat "$FAKE/crontab.txt"; [ -f "$FAKE/locked" ] && { echo "crontab: permission denied" >&2; exit 1; }
              echo "no crontab for somebody" >&2; exit 1 ;;
          -r) rm "$FAKE/crontab.txt" ;;
          -) [ -f "$FAKE/refuse" ] && { echo '"-":3: bad minute' >&2; exit 1; }
             cat > "$FAKE/crontab.txt" ;;
        esac
        """;

    private const string Systemctl =
        """
        case "$2" in
          show) [ -f "$FAKE/no-session" ] && exit 1
                case "$3" in *Version) echo "Version=252" ;; *) printf 'Id=etl-nightly.service\nExecMainStatus=3\nExecMainExitTimestampMonotonic=123456\n' ;; esac ;;
          list-timers) printf '[{"next":1790000000000000,"left":1,"last":1789999880000000,"passed":1,"unit":"etl-nightly.timer","activates":"etl-nightly.service"}]\n' ;;
        esac
        """;

    private const string Schtasks =
        """
        case "$1" in
          /Create) iconv -f UTF-16 -t UTF-8 "$5" > "$FAKE/task.xml" ;;
          /Query) if [ "$2" = /FO ]; then
                    printf '"HOST","\\Other\\x","N/A","Ready","Interactive only","N/A","0","me"\r\n'
                    [ -f "$FAKE/task.xml" ] && printf '"HOST","\\EtlTools\\nightly","01.02.2026 03:04:05","Bereit","Interactive only","31.01.2026","2","EtlTools"\r\n'
                  else cat "$FAKE/task.xml"; fi ;;
          /Delete) rm "$FAKE/task.xml" ;;
        esac
        exit 0
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("etl-schedulers-").FullName;

    /// <param name="programs">Which there are: crontab, systemctl, schtasks.exe.</param>
    public FakeSchedulers(params string[] programs)
    {
        Directory.CreateDirectory(Bin);
        foreach (var program in programs)
        {
            var path = Path.Combine(Bin, program);
            var body = program switch { "crontab" => Crontab, "systemctl" => Systemctl, _ => Schtasks };
            File.WriteAllText(path, $"#!/bin/sh\nPATH=/usr/bin:/bin\nFAKE='{_folder}'\nprintf '%s\\n' \"{program} $*\" >> \"$FAKE/calls.txt\"\n{body}\n".ReplaceLineEndings("\n"));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The environment of a command that sees only these.</summary>
    public Dictionary<string, string> Variables => new() { ["PATH"] = Bin, ["HOME"] = _folder, ["USERDOMAIN"] = "CORP", ["USERNAME"] = "etl" };

    /// <summary>The command lines in order, without those that only look.</summary>
    public IReadOnlyList<string> Changes => File.Exists(PathOf("calls.txt"))
        ? [.. File.ReadAllLines(PathOf("calls.txt")).Where(call => !call.Contains(" -l", StringComparison.Ordinal) && !call.Contains("show", StringComparison.Ordinal) && !call.Contains("list-timers", StringComparison.Ordinal) && !call.Contains("/Query", StringComparison.Ordinal))]
        : [];

    private string Bin => PathOf("bin");

    /// <summary>A file's path.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>A file's text; empty when there is none.</summary>
    public string Text(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)) : "";

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

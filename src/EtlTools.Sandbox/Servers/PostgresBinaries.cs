using System.Globalization;
using EtlTools.Sandbox.Processes;

namespace EtlTools.Sandbox.Servers;

/// <summary>A folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> of one version.</summary>
internal sealed record PostgresBinaries(string Folder)
{
    public string Initdb => Program("initdb");

    public string PgCtl => Program("pg_ctl");

    /// <summary>The <c>psql</c> beside the server, else the one on PATH; null when there is none.</summary>
    public string? Psql => File.Exists(Program("psql")) ? Program("psql") : SearchPath.Find("psql");

    /// <summary>The first folder that has all three; null when none has.</summary>
    /// <param name="folders">Where to look, in order; null for PATH and the usual places.</param>
    public static PostgresBinaries? Find(IReadOnlyList<string>? folders)
    {
        foreach (var folder in folders ?? [.. SearchPath.Folders, .. UsualPlaces()])
        {
            // A package manager may put single links on PATH; the other programs are where the link leads.
            var initdb = new FileInfo(Path.Combine(folder, SearchPath.FileName("initdb")));
            if (!initdb.Exists)
                continue;

            var found = new PostgresBinaries(Path.GetDirectoryName(initdb.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? initdb.FullName)!);
            if (File.Exists(found.PgCtl) && File.Exists(found.Program("postgres")))
                return found;
        }

        return null;
    }

    private string Program(string name) => Path.Combine(Folder, SearchPath.FileName(name));

    private static IEnumerable<string> UsualPlaces()
    {
        if (OperatingSystem.IsWindows())
            return Versions(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*");

        if (OperatingSystem.IsMacOS())
        {
            return
            [
                .. Versions("/opt/homebrew/opt", "postgresql@*"),
                .. Versions("/usr/local/opt", "postgresql@*"),
                .. Versions("/Applications/Postgres.app/Contents/Versions", "*"),
            ];
        }

        return [.. Versions("/usr/lib/postgresql", "*"), .. Versions("/usr", "pgsql-*"), "/usr/local/pgsql/bin"];
    }

    /// <summary>The <c>bin</c> folders of all versions, newest first.</summary>
    private static IEnumerable<string> Versions(string parent, string pattern) => !Directory.Exists(parent)
        ? []
        : Directory.EnumerateDirectories(parent, pattern).OrderByDescending(VersionIn).Select(folder => Path.Combine(folder, "bin"));

    private static double VersionIn(string folder)
    {
        var digits = new string([.. Path.GetFileName(folder).SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}

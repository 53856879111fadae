namespace EtlTools.Sandbox.Processes;

/// <summary>Looks programs up as the shell does.</summary>
internal static class SearchPath
{
    /// <summary>The folders of PATH.</summary>
    public static IEnumerable<string> Folders =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A program's file name on this system.</summary>
    public static string FileName(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;

    /// <summary>Full path of a program on PATH; null when there is none.</summary>
    public static string? Find(string program) =>
        Folders.Select(folder => Path.Combine(folder, FileName(program))).FirstOrDefault(File.Exists);
}

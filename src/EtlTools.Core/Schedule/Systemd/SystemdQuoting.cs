namespace EtlTools.Core.Schedule.Systemd;

/// <summary>Writes values so that systemd reads them as they are: it expands <c>%</c> in all settings, and <c>$</c> in arguments.</summary>
internal static class SystemdQuoting
{
    /// <summary>A whole value, such as a path, to which quotes would belong.</summary>
    public static string Value(string text) => Specifiers(text.EndsWith('\\') ? text + "/" : text);

    /// <summary>The program of <c>ExecStart=</c>, in which no variable is expanded.</summary>
    public static string Program(string path) => Word(Specifiers(path));

    /// <summary>An argument of <c>ExecStart=</c>.</summary>
    public static string Argument(string text) => Word(Specifiers(text).Replace("$", "$$", StringComparison.Ordinal));

    private static string Specifiers(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string Word(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@+,%$".Contains(c, StringComparison.Ordinal))
        ? text
        : $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

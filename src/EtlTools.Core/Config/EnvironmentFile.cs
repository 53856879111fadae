using DotNetEnv;
using Sprache;

namespace EtlTools.Core.Config;

/// <summary>
/// The content of a <c>.env</c> file. <c>$</c> stands for itself: no variable is substituted, so that a secret with a
/// dollar sign arrives as written. The process environment is never changed.
/// </summary>
internal sealed record EnvironmentFile(
    string Path,
    IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings)
{
    // A private-use character stands in for '$' while the library parses, because it cannot be told not to substitute.
    private const char DollarStandIn = '\uE024';

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the file at <paramref name="path"/>; what is wrong with it is in <see cref="Problems"/>, not thrown.</summary>
    public static EnvironmentFile Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var content = Parse(text, path);
            return content with { Warnings = ReadableByOthers(path) ? [.. content.Warnings, OpenToOthers(path)] : content.Warnings };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var what = e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
            return new EnvironmentFile(path, new Dictionary<string, string>(), [$"{path}: the file {what}."], []);
        }
    }

    /// <summary>Parses the text of a file; <paramref name="path"/> is only for messages.</summary>
    public static EnvironmentFile Parse(string text, string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<string>();
        try
        {
            foreach (var (name, value) in Env.LoadContents(text.TrimStart('\uFEFF').Replace('$', DollarStandIn), Env.NoEnvVars()))
            {
                if (!values.TryAdd(name, value.Replace(DollarStandIn, '$')))
                    problems.Add($"{path}: {name} is set twice; keep one of the lines.");
            }
        }
        catch (ParseException e)
        {
            // The library's message quotes what it has read, which may be a secret: only the position is passed on.
            problems.Add($"{path}:{e.Position.Line}: not a line of the form NAME=value; a value with quotes in it has to stand in quotes itself.");
        }

        return new EnvironmentFile(path, values, problems, []);
    }

    private static bool ReadableByOthers(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    private static string OpenToOthers(string path) =>
        $"{path}: other users of this machine may read or change the file; take that away with: chmod 600 '{path}'";
}

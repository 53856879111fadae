using System.Text;

namespace EtlTools.Core.State.Migrations;

/// <summary>The SQL files of the folder <c>db</c>, as they were when the program was built.</summary>
public static class EmbeddedScripts
{
    private static readonly Dictionary<string, string> ResourceNames = typeof(EmbeddedScripts).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("db", StringComparison.Ordinal))
        .ToDictionary(name => name.Replace('\\', '/'), StringComparer.Ordinal);

    /// <summary>Paths such as <c>db/postgres/0001_state.sql</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. ResourceNames.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Text of one script, with line ends as LF.</summary>
    /// <exception cref="ArgumentException">There is no such script.</exception>
    public static string Read(string path)
    {
        if (!ResourceNames.TryGetValue(path, out var resource))
            throw new ArgumentException($"There is no script {path}.", nameof(path));

        using var stream = typeof(EmbeddedScripts).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

using System.Security.Cryptography;
using System.Text;

namespace EtlTools.Core.State.Migrations;

/// <summary>One SQL file of a set.</summary>
/// <param name="Set">Name of its set.</param>
/// <param name="Version">What orders it: <c>0001</c>, or <c>R__name</c> for one that runs every time its set is applied.</param>
/// <param name="Name">The rest of the file name.</param>
/// <param name="File">Its path, such as <c>db/postgres/0001_state.sql</c>.</param>
/// <param name="Sql">Its text.</param>
internal sealed record MigrationScript(string Set, string Version, string Name, string File, string Sql)
{
    private const string RepeatablePrefix = "R__";

    /// <summary>Repeatable scripts come after the numbered ones and change nothing when there is nothing to do.</summary>
    public bool IsRepeatable => Version.StartsWith(RepeatablePrefix, StringComparison.Ordinal);

    /// <summary>SHA-256 of the text, whatever line ends the checkout has.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    public static MigrationScript From(string set, string path, string sql)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        if (stem.StartsWith(RepeatablePrefix, StringComparison.Ordinal))
            return new MigrationScript(set, stem, stem[RepeatablePrefix.Length..], path, sql);

        var parts = stem.Split('_', 2);
        return parts.Length == 2 && parts[0].Length == 4 && parts[0].All(char.IsAsciiDigit)
            ? new MigrationScript(set, parts[0], parts[1], path, sql)
            : throw new ArgumentException($"{path} is named neither NNNN_name.sql nor R__name.sql.", nameof(path));
    }
}

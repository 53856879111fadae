using System.Text.RegularExpressions;

namespace EtlTools.Core.Config;

/// <summary>Reads <c>files</c>.</summary>
internal sealed partial class StageFilesReader(YamlProblems problems)
{
    private const string Key = "files";
    private const int MostRowsInStatement = 10_000;

    private const string Name = """(?:"[^"]+"|[\p{L}_][\p{L}\p{Nd}_$]*)""";

    private static readonly string[] s_keys = ["format", "size", "stage", "min_rows"];

    private static readonly Words<StageFileFormat> s_formats = new(("csv", StageFileFormat.Csv), ("parquet", StageFileFormat.Parquet));

    private static readonly SettingParser<string> s_stage = new(
        (string text, out string value) =>
        {
            value = text;
            return StageName().IsMatch(text);
        },
        "a stage as written in SQL, such as @~, @%ORDERS or @RAW.LANDING/orders");

    /// <summary>The defaults when the key is not there.</summary>
    public StageFiles Read(YamlMapReader table)
    {
        if (table.Node(Key) is not { } node)
            return StageFiles.Default;
        if (node is not YamlMap map)
        {
            problems.Add(node, $"'{Key}' has to be a map with format, size, stage or min_rows, not {node.Kind}.");
            return StageFiles.Default;
        }

        var reader = new YamlMapReader(map, s_keys, problems);
        var size = reader.Value("size", ByteSizeText.Parser, -1);
        var minRows = reader.Value("min_rows", SettingParsers.Integer(0, MostRowsInStatement), -1);
        return new StageFiles(
            reader.Word("format", s_formats, StageFileFormat.Csv),
            size < 0 ? null : size,
            reader.Value<string?>("stage", s_stage!, null),
            minRows < 0 ? null : minRows);
    }

    // The text goes into PUT and COPY INTO, where a stage cannot be a bound value: what is not a plain or quoted name is refused.
    [GeneratedRegex("""^@(~|((""" + Name + """)\.){0,2}%?(""" + Name + """))(/[\p{L}\p{Nd}_.=-]+)*/?\z""", RegexOptions.CultureInvariant)]
    private static partial Regex StageName();
}

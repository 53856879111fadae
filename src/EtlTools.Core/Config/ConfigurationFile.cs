using System.Text;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Config;

/// <summary>Reads the YAML file that lists the tables to move. The schema is closed: what it does not know is an error.</summary>
public static class ConfigurationFile
{
    /// <summary>The largest file accepted, in bytes.</summary>
    public const int MaximumSize = 1024 * 1024;

    private const string Remedy = "Correct these places in the YAML file; config/etl.example.yaml and config/ecommerce.yaml show every key.";

    private static readonly string[] s_keys =
    [
        "direction", "sync_interval_seconds", "default_batch_size", "default_max_errors", "default_lookback", "default_settle", "allow_sql",
        "tables",
    ];

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="defaults">What applies where the file says nothing.</param>
    /// <exception cref="ConfigurationException">The file is missing or too large, or lists everything that is wrong in it as <c>file:line:column: sentence</c>.</exception>
    public static EtlConfiguration Load(string path, SyncSettings defaults)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] bytes;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (stream.Length > MaximumSize)
                throw new ConfigurationException(FormattableString.Invariant($"{path}: the file has {stream.Length} bytes; at most {MaximumSize} are read."), "Is it the right file? Set ETL_CONFIG or --config to the YAML file that lists the tables.");
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var what = File.Exists(path) ? "cannot be read by this user" : "does not exist";
            throw new ConfigurationException($"{path}: the file {what}.", "Set ETL_CONFIG or --config to the YAML file that lists the tables; config/etl.example.yaml is one to start from.", e);
        }

        return Parse(Decode(bytes, path), path, defaults);
    }

    /// <summary>Checks the text of a file.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="defaults">What applies where the text says nothing.</param>
    /// <exception cref="ConfigurationException">Lists everything that is wrong as <c>file:line:column: sentence</c>.</exception>
    public static EtlConfiguration Parse(string text, string path, SyncSettings defaults)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(defaults);
        if (text.Length > MaximumSize)
            throw new ConfigurationException(FormattableString.Invariant($"{path}: the text has {text.Length} characters; at most {MaximumSize} are read."), Remedy);

        var content = text.TrimStart('\uFEFF');
        var problems = new YamlProblems(path);
        var configuration = YamlTree.Parse(content, problems) switch
        {
            YamlMap map => Read(map, path, defaults, problems),
            null => null,
            var other => Refuse(other, problems),
        };
        return problems.Any || configuration is null ? throw new ConfigurationException(problems.ToList(), Remedy) : configuration;
    }

    private static EtlConfiguration Read(YamlMap map, string path, SyncSettings settings, YamlProblems problems)
    {
        var reader = new YamlMapReader(map, s_keys, problems);
        var defaults = new PipelineDefaults(
            reader.Word("direction", PipelineWords.Directions, SyncDirection.PostgresToSnowflake),
            reader.Value("default_batch_size", PipelineWords.BatchSize, settings.BatchSize),
            reader.Value("default_max_errors", SettingParsers.ErrorLimit, settings.MaxErrors),
            reader.Value("default_lookback", PipelineWords.Distance, new CursorDistance(settings.Lookback, null)),
            reader.Value("default_settle", SettingParsers.Duration, settings.Settle),
            reader.Value("allow_sql", SettingParsers.Boolean, false));
        var interval = TimeSpan.FromSeconds(reader.Value("sync_interval_seconds", PipelineWords.Seconds, 120));
        return new EtlConfiguration(path, interval, Pipelines(reader, map, new PipelineReader(defaults, problems), problems));
    }

    private static List<PipelineDefinition> Pipelines(YamlMapReader reader, YamlMap map, PipelineReader tables, YamlProblems problems)
    {
        var found = new List<PipelineDefinition>();
        if (reader.Node("tables") is not YamlList { Items.Count: > 0 } list)
        {
            problems.Add(reader.Node("tables") ?? map, "'tables' has to be a list with at least one table.");
            return found;
        }

        foreach (var item in list.Items)
        {
            if (tables.Read(item) is not { } pipeline)
                continue;
            if (found.Any(p => p.Name.Equals(pipeline.Name, StringComparison.OrdinalIgnoreCase)))
                problems.Add(item, $"the name '{pipeline.Name}' is taken by a table above; give one of them another 'name'.");
            if (found.FirstOrDefault(p => p.Direction == pipeline.Direction && Folded(p.Target) == Folded(pipeline.Target)) is { } other)
                problems.Add(item, $"the target '{pipeline.Target}' is already written by '{other.Name}'.");
            found.Add(pipeline);
        }

        return found;
    }

    /// <summary>Unquoted parts of a name in one case, since both systems fold them; quoted parts as they are.</summary>
    private static string Folded(string name) =>
        string.Join('"', name.Split('"').Select((part, i) => i % 2 == 0 ? part.ToUpperInvariant() : part));

    private static EtlConfiguration? Refuse(YamlNode node, YamlProblems problems)
    {
        problems.Add(node, $"the file has to be a map of keys and values, not {node.Kind}.");
        return null;
    }

    private static string Decode(byte[] bytes, string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigurationException($"{path}: the file is not UTF-8 text.", "Save it as UTF-8.", e);
        }
    }
}

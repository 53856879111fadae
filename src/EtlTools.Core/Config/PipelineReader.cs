namespace EtlTools.Core.Config;

/// <summary>Reads one entry of <c>tables</c>.</summary>
internal sealed class PipelineReader(string text, PipelineDefaults defaults, YamlProblems problems)
{
    private const int LongestName = 200;

    private static readonly string[] s_keys =
    [
        "name", "domain", "direction", "source", "target", "pk", "watermark_column", "columns", "exclude", "batch_size",
        "max_errors", "lookback", "settle", "cursor_time_zone", "on_new_column", "on_missing_parent", "invalid_text",
        "fine_time", "null_cursor", "transform", "mode", "delete", "files",
    ];

    // Known to the file's shape, but not acted on yet: refused, so that nobody relies on them.
    private static readonly string[] s_notYet = ["mode", "delete", "files"];

    /// <summary>The pipeline; null when what it cannot do without is reported as a problem.</summary>
    public PipelineDefinition? Read(YamlNode node)
    {
        if (node is not YamlMap map)
        {
            problems.Add(node, $"each entry of 'tables' has to be a map of keys and values, not {node.Kind}.");
            return null;
        }

        var reader = new YamlMapReader(map, s_keys, problems);
        var direction = reader.Word("direction", PipelineWords.Directions, defaults.Direction);
        RefuseUnsupported(reader, direction);
        var source = reader.RequiredText("source");
        var target = reader.RequiredText("target");
        var name = reader.Text("name") ?? target;
        if (name?.Length > LongestName)
            problems.Add(reader.Place("name"), FormattableString.Invariant($"the name is longer than {LongestName} characters; give the table a shorter 'name'."));
        if (!map.Entries.Any(e => e.Key.Text == "pk"))
            problems.Add(map, "'pk' is missing: the key column, or a list of them.");
        var key = reader.TextList("pk");
        var columns = new ColumnListReader(problems).Read(reader);
        var exclude = reader.TextList("exclude");
        CheckKey(reader, key, columns, exclude);
        var pipeline = new PipelineDefinition
        {
            Name = name ?? "",
            Direction = direction,
            Domain = reader.Text("domain"),
            Source = source ?? "",
            Target = target ?? "",
            Key = key,
            WatermarkColumn = reader.Text("watermark_column"),
            Columns = columns,
            Exclude = exclude,
            BatchSize = reader.Value("batch_size", PipelineWords.BatchSize, defaults.BatchSize),
            MaxErrors = reader.Value("max_errors", SettingParsers.ErrorLimit, defaults.MaxErrors),
            Lookback = reader.Value("lookback", PipelineWords.Distance, defaults.Lookback),
            Settle = reader.Value("settle", SettingParsers.Duration, defaults.Settle),
            CursorTimeZone = reader.Value("cursor_time_zone", PipelineWords.TimeZone, "UTC"),
            OnNewColumn = reader.Word("on_new_column", PipelineWords.NewColumns, NewColumnPolicy.Fail),
            OnMissingParent = reader.Word("on_missing_parent", PipelineWords.MissingParents, MissingParentPolicy.Quarantine),
            InvalidText = reader.Word("invalid_text", PipelineWords.InvalidTexts, InvalidTextPolicy.Quarantine),
            FineTime = reader.Word("fine_time", PipelineWords.FineTimes, FineTimePolicy.Quarantine),
            SweepNullCursors = reader.Word("null_cursor", PipelineWords.NullCursorWords, PipelineWords.NullCursors.Report) == PipelineWords.NullCursors.Sweep,
            TransformSource = reader.Node("transform") is { } transform ? SourceOf(transform) : null,
        };

        // Only now, so that what is wrong with the other keys is reported too.
        return source is null || target is null || name is null ? null : pipeline;
    }

    private void RefuseUnsupported(YamlMapReader reader, SyncDirection direction)
    {
        IEnumerable<string> refused = direction == SyncDirection.SnowflakeToPostgres ? ["transform", .. s_notYet] : s_notYet;
        foreach (var key in refused)
        {
            if (reader.Node(key) is { } node)
                problems.Add(node, $"'{key}' is not supported yet for {PipelineWords.Directions.Format(direction)}; remove it.");
        }
    }

    private void CheckKey(YamlMapReader reader, IReadOnlyList<string> key, IReadOnlyList<ColumnMapping>? columns, IReadOnlyList<string> exclude)
    {
        if (columns is not null && exclude.Count > 0)
            problems.Add(reader.Place("exclude"), "'columns' and 'exclude' say the same thing in two ways; keep one.");
        foreach (var column in key)
        {
            if (columns is not null && !columns.Any(c => c.Target.Equals(column, StringComparison.OrdinalIgnoreCase)))
                problems.Add(reader.Place("columns"), $"'columns' leaves out the key column '{column}'.");
            else if (columns is null && exclude.Contains(column, StringComparer.OrdinalIgnoreCase))
                problems.Add(reader.Place("exclude"), $"'exclude' leaves out the key column '{column}'.");
        }
    }

    /// <summary>The node's text as written; the first line gets back the indentation it has in the file, so that the text is YAML by itself.</summary>
    private string SourceOf(YamlNode node) => new string(' ', node.Column - 1) + text[node.Start..node.End].TrimEnd();
}

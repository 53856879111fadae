namespace EtlTools.Core.Config;

/// <summary>Reads one entry of <c>tables</c>.</summary>
internal sealed class PipelineReader(PipelineDefaults defaults, YamlProblems problems)
{
    private const int LongestName = 200;

    private static readonly string[] s_commonKeys =
    [
        "name", "domain", "direction", "source", "target", "pk", "watermark_column", "columns", "exclude", "batch_size",
        "max_errors", "lookback", "settle", "cursor_time_zone", "null_cursor", "on_new_column", "expected_rows",
    ];

    private static readonly string[] s_toPostgresKeys = ["on_missing_parent", "invalid_text", "fine_time"];

    private static readonly string[] s_toSnowflakeKeys = ["mode", "delete", "files", "transform"];

    private static readonly string[] s_keys = [.. s_commonKeys, .. s_toPostgresKeys, .. s_toSnowflakeKeys];

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
        RefuseOtherWay(reader, direction);
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
        var watermark = reader.Text("watermark_column");
        var mode = Mode(reader, watermark);
        var transforms = new TransformReader(defaults.SqlAllowed, problems).Read(reader);
        CheckKey(reader, key, columns, exclude, transforms);
        new TransformCheck(problems).Check(reader, key, columns, exclude, transforms);
        var pipeline = new PipelineDefinition
        {
            Name = name ?? "",
            Direction = direction,
            Domain = reader.Text("domain"),
            Source = source ?? "",
            Target = target ?? "",
            Key = key,
            WatermarkColumn = watermark,
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
            ExpectedRows = reader.Value<long?>("expected_rows", PipelineWords.RowCount, null),
            WriteMode = mode,
            SoftDeleteColumn = Delete(reader, mode),
            Files = new StageFilesReader(problems).Read(reader),
            Transforms = transforms,
        };

        // Only now, so that what is wrong with the other keys is reported too.
        return source is null || target is null || name is null ? null : pipeline;
    }

    private void RefuseOtherWay(YamlMapReader reader, SyncDirection direction)
    {
        var refused = direction == SyncDirection.SnowflakeToPostgres ? s_toSnowflakeKeys : s_toPostgresKeys;
        var other = direction == SyncDirection.SnowflakeToPostgres ? SyncDirection.PostgresToSnowflake : SyncDirection.SnowflakeToPostgres;
        foreach (var key in refused)
        {
            if (reader.Node(key) is not { } node)
                continue;
            reader.Forget(key);
            problems.Add(node, $"'{key}' is only for {PipelineWords.Directions.Format(other)}, and this table goes {PipelineWords.Directions.Format(direction)}; remove it or change 'direction'.");
        }
    }

    private WriteMode Mode(YamlMapReader reader, string? watermark)
    {
        var mode = reader.Word("mode", PipelineWords.WriteModes, watermark is null ? WriteMode.Full : WriteMode.Merge);
        if (mode != WriteMode.Full && watermark is null)
            problems.Add(reader.Place("mode"), $"'mode: {PipelineWords.WriteModes.Format(mode)}' needs a 'watermark_column'; without one only 'mode: full' is possible.");
        return mode;
    }

    private string? Delete(YamlMapReader reader, WriteMode mode)
    {
        var column = reader.Value<string?>("delete", PipelineWords.Delete, null);
        if (column is not null && mode != WriteMode.Merge)
            problems.Add(reader.Place("delete"), $"'delete: soft' marks rows of a table that is merged; with 'mode: {PipelineWords.WriteModes.Format(mode)}' there are none to mark.");
        return column;
    }

    private void CheckKey(YamlMapReader reader, IReadOnlyList<string> key, IReadOnlyList<ColumnMapping>? columns, IReadOnlyList<string> exclude, IReadOnlyList<ColumnTransform> transforms)
    {
        if (columns is not null && exclude.Count > 0)
            problems.Add(reader.Place("exclude"), "'columns' and 'exclude' say the same thing in two ways; keep one.");
        foreach (var column in key)
        {
            if (columns is not null && !columns.Any(c => IsNamed(column, c, transforms)))
                problems.Add(reader.Place("columns"), $"'columns' leaves out the key column '{column}'.");
            else if (columns is null && exclude.Contains(column, StringComparer.OrdinalIgnoreCase))
                problems.Add(reader.Place("exclude"), $"'exclude' leaves out the key column '{column}'.");
        }
    }

    private static bool IsNamed(string column, ColumnMapping mapping, IReadOnlyList<ColumnTransform> transforms)
    {
        var target = transforms.FirstOrDefault(t => t.Column == mapping.Source)?.NewName ?? mapping.Target;
        return target.Equals(column, StringComparison.OrdinalIgnoreCase);
    }
}

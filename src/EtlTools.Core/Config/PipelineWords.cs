using System.Globalization;

namespace EtlTools.Core.Config;

/// <summary>The words and values of the YAML file.</summary>
internal static class PipelineWords
{
    public static Words<SyncDirection> Directions { get; } = new(
        ("postgres_to_snowflake", SyncDirection.PostgresToSnowflake),
        ("snowflake_to_postgres", SyncDirection.SnowflakeToPostgres));

    public static Words<NewColumnPolicy> NewColumns { get; } = new(
        ("fail", NewColumnPolicy.Fail),
        ("add", NewColumnPolicy.Add),
        ("ignore", NewColumnPolicy.Ignore));

    public static Words<MissingParentPolicy> MissingParents { get; } = new(
        ("fail", MissingParentPolicy.Fail),
        ("quarantine", MissingParentPolicy.Quarantine),
        ("stub", MissingParentPolicy.Stub));

    public static Words<InvalidTextPolicy> InvalidTexts { get; } = new(
        ("fail", InvalidTextPolicy.Fail),
        ("strip", InvalidTextPolicy.Strip),
        ("replace", InvalidTextPolicy.Replace),
        ("quarantine", InvalidTextPolicy.Quarantine));

    public static Words<FineTimePolicy> FineTimes { get; } = new(
        ("fail", FineTimePolicy.Fail),
        ("truncate", FineTimePolicy.Truncate),
        ("quarantine", FineTimePolicy.Quarantine));

    public static Words<NullCursors> NullCursorWords { get; } = new(("report", NullCursors.Report), ("sweep", NullCursors.Sweep));

    public static Words<WriteMode> WriteModes { get; } = new(
        ("merge", WriteMode.Merge),
        ("append", WriteMode.Append),
        ("full", WriteMode.Full));

    /// <summary><c>ignore</c> (null) or <c>soft:column</c>.</summary>
    public static SettingParser<string?> Delete { get; } = new(TryParseDelete, "ignore, or soft: and the column to set, such as soft:is_deleted");

    public static SettingParser<long?> RowCount { get; } = new(TryParseRowCount, "a number of rows");

    public static SettingParser<int> BatchSize { get; } = SettingParsers.Integer(1, 1_000_000);

    public static SettingParser<int> Seconds { get; } = SettingParsers.Integer(1, 604_800);

    /// <summary>A duration for time cursors or a plain number for numeric ones; <c>0</c> is both.</summary>
    public static SettingParser<CursorDistance> Distance { get; } = new(TryParseDistance, DurationText.Expected + ", or a plain number for a numeric watermark column");

    public static SettingParser<string> TimeZone { get; } = new(
        (string text, out string value) =>
        {
            value = text;
            return TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId;
        },
        "a time zone in IANA's form, such as UTC or Asia/Shanghai");

    private static bool TryParseDistance(string text, out CursorDistance value)
    {
        var isDuration = DurationText.TryParse(text, out var duration);
        var isNumber = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        value = new CursorDistance(isDuration ? duration : null, isNumber ? number : null);
        return isDuration || isNumber;
    }

    private static bool TryParseDelete(string text, out string? column)
    {
        const string soft = "soft:";
        column = text.StartsWith(soft, StringComparison.OrdinalIgnoreCase) ? text[soft.Length..].Trim() : null;
        return column is null ? text.Equals("ignore", StringComparison.OrdinalIgnoreCase) : column.Length > 0;
    }

    private static bool TryParseRowCount(string text, out long? rows)
    {
        rows = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return rows is not null;
    }

    /// <summary>What <c>null_cursor</c> says.</summary>
    internal enum NullCursors
    {
        Report,
        Sweep,
    }
}

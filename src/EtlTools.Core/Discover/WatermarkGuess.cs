using System.Text.RegularExpressions;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;

namespace EtlTools.Core.Discover;

/// <summary>
/// Guesses the column that grows with every change, from its name, type, default, triggers and indexes; one that is only set when a
/// row is made makes the table append-only. Without either the table is moved whole each time, which is slow but never wrong.
/// </summary>
internal static partial class WatermarkGuess
{
    /// <summary>The column and the mode that goes with it.</summary>
    public static (Guess<string> Watermark, WriteMode Mode) Of(TableFacts facts, List<string> warnings)
    {
        var times = facts.Table.Columns.Where(c => c.Type.Base is "timestamptz" or "timestamp").ToList();
        var changed = times.Where(c => ChangedName().IsMatch(c.Name) || Trigger(facts, c.Name) is not null)
            .OrderByDescending(c => Score(facts, c)).FirstOrDefault();
        if (changed is not null)
        {
            Doubt(facts, changed, warnings);
            if (facts.IsView) warnings.Add($"'{changed.Name}' has to change whenever a row of the view does, whichever table the change is in");
            else if (Trigger(facts, changed.Name) is null && !facts.UpdateTriggers.Any())
                warnings.Add($"no trigger sets '{changed.Name}' on UPDATE: whatever changes a row has to set it, or the change is not seen");
            return (new(changed.Name, Reason(facts, changed, "changes with the row by its name")), WriteMode.Merge);
        }

        DoubtOthers(facts, warnings);
        var created = times.Where(c => CreatedName().IsMatch(c.Name) || (times.Count == 1 && SetsNow(facts, c.Name)))
            .OrderByDescending(c => Score(facts, c)).FirstOrDefault();
        if (created is not null)
        {
            Doubt(facts, created, warnings);
            warnings.Add($"'{created.Name}' is set only when a row is made: right if rows are never changed; otherwise use 'mode: full', or add a column that changes");
            return (new(created.Name, Reason(facts, created, "set when a row is made, by its name or default")), WriteMode.Append);
        }

        warnings.Add("no watermark column: each run reads the whole table ('mode: full')");
        return (new(null, "no timestamp column with a name such as updated_at or created_at"), WriteMode.Full);
    }

    private static int Score(TableFacts facts, PostgresColumn column) =>
        (Trigger(facts, column.Name) is not null ? 16 : 0) + (ChangedName().IsMatch(column.Name) ? 8 : 0) + (column.NotNull ? 4 : 0)
        + (facts.LeadingColumns[column.Name].Any() ? 2 : 0) + (column.Type.Base == "timestamptz" ? 1 : 0);

    private static string Reason(TableFacts facts, PostgresColumn column, string name)
    {
        var parts = new List<string> { column.Type.Declared, name };
        if (Trigger(facts, column.Name) is { } trigger) parts.Add($"set by trigger {trigger}");
        if (facts.Defaults.TryGetValue(column.Name, out var value)) parts.Add($"default {value}");
        if (facts.LeadingColumns[column.Name].FirstOrDefault() is { } index) parts.Add($"index {index}");
        return string.Join(", ", parts);
    }

    private static void Doubt(TableFacts facts, PostgresColumn column, List<string> warnings)
    {
        var name = PostgresIdentifier.Quote(column.Name);
        if (!facts.IsView && !facts.LeadingColumns[column.Name].Any())
            warnings.Add($"no index begins with '{column.Name}': every run scans the table. CREATE INDEX ON {facts.Table.Name.ToSql()} ({name})");
        if (!facts.IsView && !column.NotNull)
            warnings.Add($"'{column.Name}' may be NULL: such rows are counted, but not moved unless null_cursor is sweep");
        if (column.Type.Base == "timestamp")
            warnings.Add($"'{column.Name}' has no time zone: set cursor_time_zone to the zone in which it is written, if that is not UTC");
    }

    /// <summary>Columns that are named like a watermark but cannot be one.</summary>
    private static void DoubtOthers(TableFacts facts, List<string> warnings)
    {
        foreach (var column in facts.Table.Columns.Where(c => ChangedName().IsMatch(c.Name)))
        {
            if (column.Type.Base is "float4" or "float8")
                warnings.Add($"'{column.Name}' is {column.Type.Declared}: a float is no watermark, since neighbouring values cannot be told apart");
            else if (column.Type.Base is not ("timestamptz" or "timestamp"))
                warnings.Add($"'{column.Name}' is {column.Type.Declared}, not a timestamp: not taken as a watermark");
        }
    }

    /// <summary>The trigger whose function sets the column; null when none does.</summary>
    private static string? Trigger(TableFacts facts, string column)
    {
        var assignment = $"""\bnew\s*\.\s*"?{Regex.Escape(column)}"?\s*:?=(?!=)""";
        return facts.UpdateTriggers.FirstOrDefault(t => Regex.IsMatch(t.Body, assignment, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)).Name;
    }

    private static bool SetsNow(TableFacts facts, string column) => facts.Defaults.TryGetValue(column, out var text) && NowCall().IsMatch(text);

    [GeneratedRegex("""(^|_|\b)(last_?)?(updated?|modified|modification|changed?|edited|touched)(_?(at|on|time|timestamp|date|ts|utc|dt))?(_|\b|$)|^(mtime|last_?change|row_?version_?time)$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ChangedName();

    [GeneratedRegex("""(^|_)(created?|inserted|added|recorded|logged|occurred|creation|insert)(_?(at|on|time|timestamp|date|ts|utc|dt))?(_|$)|^ctime$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CreatedName();

    [GeneratedRegex("""\b(now|clock_timestamp|transaction_timestamp|statement_timestamp)\(\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NowCall();
}

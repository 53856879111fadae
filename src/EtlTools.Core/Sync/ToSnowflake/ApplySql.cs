using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>The statements that take a table of typed rows, one per key, into a Snowflake table: one MERGE, or INSERT, and what is counted beside it. Names are quoted.</summary>
internal sealed class ApplySql
{
    private readonly OutboundPlan _plan;
    private readonly string _target;
    private readonly string _rows;
    private readonly string[] _written;

    /// <param name="plan">How the tables fit together.</param>
    /// <param name="rows">Quoted name of the table of typed rows.</param>
    public ApplySql(OutboundPlan plan, string rows)
    {
        _plan = plan;
        _rows = rows;
        _target = plan.Target.Name.ToSql();
        _written = [.. plan.Columns.Select(column => column.Name)];
        Foresee = BuildForesee($"COUNT_IF(t.ETL_FOUND IS NULL), COUNT_IF(t.ETL_FOUND AND ({Differs}))");
        CountSame = BuildForesee();
        Merge = BuildMerge();
        CountNew = $"SELECT COUNT(*) FROM {_rows}";
        FirstOfTarget = $"SELECT COUNT(*) FROM (SELECT 1 FROM {_target} LIMIT 1)";
        Append = $"INSERT INTO {_target} ({List(WithLoadedAt(_written))}) SELECT {List(WithLoadedAt(_written, "SYSDATE()"))} FROM {_rows} s";
        DeleteMissing = $"DELETE FROM {_target} t WHERE {IsMissing}";
        CountMissing = $"SELECT COUNT(*) FROM {_target} t WHERE {IsMissing}{(plan.SoftDelete is null ? "" : $" AND {IsNotMarked("t")}")}";
        MarkMissing = plan.SoftDelete is { } mark
            ? $"UPDATE {_target} t SET {SnowflakeIdentifier.Quote(mark.Name)} = {(mark.Type.Kind == SnowflakeTypeKind.Boolean ? "TRUE" : "SYSDATE()")} WHERE {IsMissing} AND {IsNotMarked("t")}"
            : "";
    }

    /// <summary>One row of four: typed rows, and how many of them are new, changed and the same in the target as it is now.</summary>
    public string Foresee { get; }

    /// <summary>One row of two of the four: typed rows, and how many of them are the same in the target as it is now.</summary>
    public string CountSame { get; }

    /// <summary>How many typed rows there are.</summary>
    public string CountNew { get; }

    /// <summary>1 when the target has a row, 0 when it is empty.</summary>
    public string FirstOfTarget { get; }

    /// <summary>Upserts the typed rows; only rows that differ are touched. Returns one row: inserted, updated.</summary>
    public string Merge { get; }

    /// <summary>Adds the typed rows.</summary>
    public string Append { get; }

    /// <summary>Deletes the target's rows whose key was not staged.</summary>
    public string DeleteMissing { get; }

    /// <summary>Counts the rows that <see cref="DeleteMissing"/> or <see cref="MarkMissing"/> would touch.</summary>
    public string CountMissing { get; }

    /// <summary>Marks the target's rows whose key was not staged; empty without a soft delete column.</summary>
    public string MarkMissing { get; }

    private string BuildForesee(string? besides = null) =>
        $"SELECT COUNT(*), {(besides is null ? "" : besides + ", ")}COUNT_IF(t.ETL_FOUND AND NOT ({Differs})) "
        + $"FROM {_rows} s LEFT JOIN (SELECT {List(_written.Concat(Marked()))}, TRUE AS ETL_FOUND FROM {_target}) t ON {KeysMatch}";

    private string BuildMerge()
    {
        var rest = Rest().ToList();
        var set = rest.Select(column => $"t.{column.Name} = s.{column.Name}").ToList();
        if (_plan.LoadedAt is { } loadedAt) set.Add($"t.{loadedAt} = SYSDATE()");
        if (_plan.SoftDelete is { } mark) set.Add($"t.{SnowflakeIdentifier.Quote(mark.Name)} = {Unmarked(mark)}");
        var update = rest.Count == 0 && _plan.SoftDelete is null ? "" : $" WHEN MATCHED AND ({Differs}) THEN UPDATE SET {List(set)}";
        return $"MERGE INTO {_target} t USING {_rows} s ON {KeysMatch}{update} "
            + $"WHEN NOT MATCHED THEN INSERT ({List(WithLoadedAt(_written))}) VALUES ({List(WithLoadedAt(_written.Select(name => "s." + name), "SYSDATE()"))})";
    }

    private string KeysMatch => string.Join(" AND ", _plan.KeyColumns.Select(column => $"t.{column.Name} = s.{column.Name}"));

    // Compared column by column rather than by a hash, which two different rows can share.
    private string Differs
    {
        get
        {
            var differences = Rest().Select(column => column.Target.Type.Kind is SnowflakeTypeKind.Object or SnowflakeTypeKind.Array
                ? $"t.{column.Name}::VARIANT IS DISTINCT FROM s.{column.Name}::VARIANT"
                : $"t.{column.Name} IS DISTINCT FROM s.{column.Name}").ToList();
            if (_plan.SoftDelete is not null) differences.Add($"NOT {IsNotMarked("t")}");
            return differences.Count == 0 ? "FALSE" : string.Join(" OR ", differences);
        }
    }

    private string IsMissing =>
        $"NOT EXISTS (SELECT 1 FROM {_rows} s WHERE {KeysMatch})";

    private IEnumerable<OutboundColumn> Rest() => _plan.Columns.Where((_, position) => !_plan.Key.Contains(position));

    private IEnumerable<string> Marked() => _plan.SoftDelete is { } mark ? [SnowflakeIdentifier.Quote(mark.Name)] : [];

    private string IsNotMarked(string alias)
    {
        var mark = _plan.SoftDelete!;
        var name = $"{alias}.{SnowflakeIdentifier.Quote(mark.Name)}";
        return mark.Type.Kind == SnowflakeTypeKind.Boolean ? $"COALESCE({name}, FALSE) = FALSE" : $"{name} IS NULL";
    }

    private static string Unmarked(SnowflakeColumn mark) => mark.Type.Kind == SnowflakeTypeKind.Boolean ? "FALSE" : "NULL";

    private IEnumerable<string> WithLoadedAt(IEnumerable<string> names, string? value = null) => _plan.LoadedAt is { } loadedAt ? names.Append(value ?? loadedAt) : names;

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}

using System.Globalization;
using System.Text;

namespace EtlTools.Core.Postgres;

/// <summary>
/// The SQL that takes rows from a staging table into a target. All statements of a load are built here, once per run, from
/// exact column names; <c>tests/data/sql</c> holds the approved text.
/// </summary>
/// <remarks>
/// Rows are compared by their binary image (<c>*&lt;&gt;</c>, https://www.postgresql.org/docs/current/functions-comparisons.html#COMPOSITE-TYPE-COMPARISON):
/// NULLs compare like IS DISTINCT FROM, and a change that an equality operator would hide (1.0 to 1.00, a letter's case under a
/// case-insensitive collation, json) is still applied.
/// </remarks>
internal sealed class UpsertSql
{
    private const string OrdinalName = "etl_n";

    private readonly string _stage;
    private readonly string _target;
    private readonly string[] _columns;
    private readonly string[] _key;
    private readonly string[] _rest;
    private readonly bool _isPartitioned;
    private readonly PostgresColumn? _age;

    /// <param name="stage">Quoted name of the staging table.</param>
    /// <param name="target">Quoted name of the table that is written.</param>
    /// <param name="columns">Exact names of the columns written.</param>
    /// <param name="key">Exact names of the key columns, all of them among <paramref name="columns"/>.</param>
    /// <param name="overlaid">For a dry run, the table that <paramref name="target"/> stands in for; null when the target itself is written.</param>
    /// <param name="isPartitioned">Whether <paramref name="target"/> is a partitioned table, which does not show the system columns of what it wrote.</param>
    /// <param name="age">The column by which of two versions of a row the newer is told; a newer one in the target then stays. Null overwrites whatever is there.</param>
    public UpsertSql(
        string stage, string target, IReadOnlyList<string> columns, IReadOnlyList<string> key, PostgresTable? overlaid = null, bool isPartitioned = false,
        PostgresColumn? age = null)
    {
        // Rows that meet have equal keys.
        _age = age is null || key.Contains(age.Name, StringComparer.Ordinal) ? null : age;
        _isPartitioned = isPartitioned;
        _stage = stage;
        _target = target;
        Ordinal = OrdinalBeside(columns);
        _columns = [.. columns.Select(PostgresIdentifier.Quote)];
        _key = [.. key.Select(PostgresIdentifier.Quote)];
        _rest = [.. columns.Except(key, StringComparer.Ordinal).Select(PostgresIdentifier.Quote)];
        CopyIn = $"COPY {_stage} ({Ordinal}, {List(_columns)}) FROM STDIN";
        CopyIntoTarget = $"COPY {_target} ({List(_columns)}) FROM STDIN";
        CopyCsvIn = CopyCsv(_stage);
        CopyCsvToTarget = CopyCsv(_target);
        HasRows = $"SELECT EXISTS (SELECT 1 FROM {_target})";
        Upsert = BuildUpsert($" WHERE {Ordinal} BETWEEN $1 AND $2");
        UpsertAll = BuildUpsert("");
        DeleteSuperseded = $"DELETE FROM {_stage} s USING {_stage} newer WHERE {Join("s", "newer")} AND {BuildOlder()}";
        Verify = BuildVerify();
        DeleteMissing = $"DELETE FROM {_target} t WHERE NOT EXISTS (SELECT 1 FROM {_stage} s WHERE {Join("s", "t")})";
        CountStaged = $"SELECT count(*) FROM {_stage} WHERE {Ordinal} BETWEEN $1 AND $2";
        StagedRow = $"SELECT {List(_columns.Select(c => c + "::text"))} FROM {_stage} WHERE {Ordinal} = $1";
        StagedKeys = $"SELECT {List(_key.Select(c => c + "::text"))} FROM {_stage}";
        IndexStage = $"CREATE INDEX ON {_stage} ({Ordinal}); ANALYZE {_stage}";
        CountMissing = $"SELECT count(*) FROM {overlaid?.Name.ToSql() ?? _target} t WHERE NOT EXISTS (SELECT 1 FROM {_stage} s WHERE {Join("s", "t")})";
        DeleteStaged = $"DELETE FROM {_stage} WHERE {Ordinal} =";
        PullIntoOverlay = overlaid is null ? "" : BuildPull(overlaid);
    }

    /// <summary>The column of the staging table that holds the ordinal of a row in its run.</summary>
    public string Ordinal { get; }

    /// <summary>COPY of encoded rows into the staging table.</summary>
    public string CopyIn { get; }

    /// <summary>COPY of encoded rows, without their ordinals, into the target itself; a key that is there or comes twice is refused.</summary>
    public string CopyIntoTarget { get; }

    /// <summary>Returns whether the target has a row.</summary>
    public string HasRows { get; }

    /// <summary>COPY of CSV, NULL being an unquoted empty field, into the staging table; the rows get no ordinals.</summary>
    public string CopyCsvIn { get; }

    /// <summary>The same straight into the target.</summary>
    public string CopyCsvToTarget { get; }

    /// <summary>Upserts staged rows with ordinals $1..$2 (both inclusive); returns one row: inserted, updated.</summary>
    public string Upsert { get; }

    /// <summary>Upserts all staged rows, likewise; binds nothing.</summary>
    public string UpsertAll { get; }

    /// <summary>Deletes all but the newest staged row of each key; its row count is the number superseded.</summary>
    public string DeleteSuperseded { get; }

    /// <summary>
    /// Returns one row: distinct keys staged, and how many of their newest rows the target now holds exactly, and how many by key; with an
    /// age also how many the target holds in a newer version.
    /// </summary>
    public string Verify { get; }

    /// <summary>Counts staged rows with ordinals $1..$2 (both inclusive).</summary>
    public string CountStaged { get; }

    /// <summary>The staged row of ordinal $1, each column as text.</summary>
    public string StagedRow { get; }

    /// <summary>The keys of all staged rows, each column as text.</summary>
    public string StagedKeys { get; }

    /// <summary>Makes the rows of a large staging table quick to find by ordinal.</summary>
    public string IndexStage { get; }

    /// <summary>Counts the target's rows whose key was not staged.</summary>
    public string CountMissing { get; }

    /// <summary>Deletes the staged row of the ordinal that is written behind it.</summary>
    public string DeleteStaged { get; }

    /// <summary>Deletes the target's rows whose key was not staged.</summary>
    public string DeleteMissing { get; }

    /// <summary>For a dry run: copies the target's rows of the staged keys into the overlay; empty when the target is written.</summary>
    public string PullIntoOverlay { get; }

    /// <summary>A temporary staging table with the target's column types, emptied at each commit.</summary>
    public static string CreateStage(string stage, string target, IReadOnlyList<string> columns, bool emptyAtCommit) =>
        $"CREATE TEMPORARY TABLE {stage} ON COMMIT {(emptyAtCommit ? "DELETE" : "PRESERVE")} ROWS AS "
        + $"SELECT NULL::bigint AS {OrdinalBeside(columns)}, {List(columns.Select(PostgresIdentifier.Quote))} FROM {target} WITH NO DATA";

    /// <summary>A staging table that outlives transactions, sessions and a crash of the server, for a load too large for one transaction.</summary>
    public static string CreateDurableStage(string stage, string target, IReadOnlyList<string> columns) =>
        $"CREATE TABLE {stage} AS "
        + $"SELECT NULL::bigint AS {OrdinalBeside(columns)}, {List(columns.Select(PostgresIdentifier.Quote))} FROM {target} WITH NO DATA";

    /// <summary>Returns the ordinals of staged rows whose parent is missing.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="parentIsTarget">Whether the staged rows may be parents themselves.</param>
    /// <param name="parentOverlay">For a dry run: quoted name of the table that holds the parents it would have written; null when there is none.</param>
    public string FindOrphans(PostgresForeignKey reference, bool parentIsTarget, string? parentOverlay = null)
    {
        string[] parents = [reference.Parent.ToSql(), .. parentIsTarget ? [_stage] : Array.Empty<string>(), .. parentOverlay is null ? [] : new[] { parentOverlay }];
        return $"SELECT s.{Ordinal} FROM {_stage} s WHERE {AllPresent(reference, "s")}"
            + string.Concat(parents.Select(parent => $" AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {JoinParent(reference)})")) + " ORDER BY 1";
    }

    /// <summary>Creates parents with their key only for staged rows that lack one.</summary>
    public string InsertParentStubs(PostgresForeignKey reference) =>
        $"INSERT INTO {reference.Parent.ToSql()} ({List(reference.ParentColumns.Select(PostgresIdentifier.Quote))}) "
        + $"SELECT DISTINCT {List(reference.Columns.Select(c => "s." + PostgresIdentifier.Quote(c)))} FROM {_stage} s WHERE {AllPresent(reference, "s")} ON CONFLICT DO NOTHING";

    // A column of the user's may have that very name.
    private static string OrdinalBeside(IReadOnlyList<string> columns)
    {
        var name = OrdinalName;
        while (columns.Contains(name, StringComparer.Ordinal)) name += "_";
        return name;
    }

    private string BuildUpsert(string which)
    {
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"WITH written AS (INSERT INTO {_target} AS t ({List(_columns)}) OVERRIDING SYSTEM VALUE ");
        sql.Append(CultureInfo.InvariantCulture, $"SELECT {List(_columns)} FROM {_stage}{which} ");
        sql.Append(CultureInfo.InvariantCulture, $"ON CONFLICT ({List(_key)}) DO ");
        if (_rest.Length == 0) sql.Append("NOTHING");
        else
        {
            sql.Append(CultureInfo.InvariantCulture, $"UPDATE SET {List(_rest.Select(c => $"{c} = EXCLUDED.{c}"))} ");
            sql.Append(CultureInfo.InvariantCulture, $"WHERE {Row("t", _rest)} *<> {Row("EXCLUDED", _rest)}");
            if (_age is not null) sql.Append(CultureInfo.InvariantCulture, $" AND ({Age("t")} IS NULL OR {Age("EXCLUDED")} >= {Age("t")})");
        }

        sql.Append(CultureInfo.InvariantCulture, $" RETURNING {(_isPartitioned ? List(_key.Select(c => "t." + c)) : "(t.xmax = 0) AS inserted")}) ");
        sql.Append("SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM ");
        // The query beside the INSERT sees the target as it was before.
        sql.Append(_isPartitioned ? $"(SELECT NOT EXISTS (SELECT 1 FROM {_target} t WHERE {Join("t", "w")}) AS inserted FROM written w) w" : "written");
        return sql.ToString();
    }

    private string BuildPull(PostgresTable overlaid)
    {
        var written = overlaid.Columns.Where(column => !column.IsGenerated).Select(column => PostgresIdentifier.Quote(column.Name)).ToList();
        // Rows that stand in the way by another unique key are wanted too.
        var others = overlaid.UniqueKeys.Select(key => key.Select(PostgresIdentifier.Quote).ToArray())
            .Where(key => key.All(_columns.Contains) && !key.ToHashSet(StringComparer.Ordinal).SetEquals(_key));
        return string.Join("; ", others.Prepend(_key).Select(key =>
            $"INSERT INTO {_target} ({List(written)}) OVERRIDING SYSTEM VALUE SELECT {List(written.Select(c => "t." + c))} FROM {overlaid.Name.ToSql()} t "
            + $"WHERE EXISTS (SELECT 1 FROM {_stage} s WHERE {Equal(key, "s", "t")}) ON CONFLICT DO NOTHING"));
    }

    private string BuildVerify()
    {
        var same = _rest.Length == 0 ? "t.ctid IS NOT NULL" : $"t.ctid IS NOT NULL AND NOT ({Row("t", _rest)} *<> {Row("s", _rest)})";
        var newer = _age is null ? "" : $", count(*) FILTER (WHERE NOT ({same}) AND ({Age("t")} > {Age("s")} OR ({Age("s")} IS NULL AND {Age("t")} IS NOT NULL)))";
        return $"SELECT count(*), count(*) FILTER (WHERE {same}), count(*) FILTER (WHERE t.ctid IS NOT NULL){newer} "
            + $"FROM (SELECT DISTINCT ON ({List(_key)}) * FROM {_stage} ORDER BY {List(_key)}, {(_age is null ? "" : $"{Age("")} DESC NULLS LAST, ")}{Ordinal} DESC) s LEFT JOIN {_target} t ON {Join("s", "t")}";
    }

    private string CopyCsv(string table) => $"COPY {table} ({List(_columns)}) FROM STDIN (FORMAT csv, ENCODING 'UTF8')";

    // Which of two staged rows of one key gives way: the one read earlier, or by age the older one.
    private string BuildOlder() => _age is null
        ? $"s.{Ordinal} < newer.{Ordinal}"
        : $"(({Age("s")} IS NULL AND {Age("newer")} IS NOT NULL) OR {Age("s")} < {Age("newer")} "
        + $"OR ({Age("s")} IS NOT DISTINCT FROM {Age("newer")} AND s.{Ordinal} < newer.{Ordinal}))";

    // Texts are ordered by their bytes, as the source orders them.
    private string Age(string alias) => (alias.Length > 0 ? alias + "." : "") + PostgresIdentifier.Quote(_age!.Name) + (_age.Type.Category == 'S' ? " COLLATE \"C\"" : "");

    private string Join(string left, string right) => Equal(_key, left, right);

    private static string Equal(IEnumerable<string> columns, string left, string right) =>
        string.Join(" AND ", columns.Select(c => $"{left}.{c} = {right}.{c}"));

    private static string JoinParent(PostgresForeignKey reference) => string.Join(
        " AND ",
        reference.Columns.Zip(reference.ParentColumns, (c, p) => $"p.{PostgresIdentifier.Quote(p)} = s.{PostgresIdentifier.Quote(c)}"));

    private static string AllPresent(PostgresForeignKey reference, string child) =>
        string.Join(" AND ", reference.Columns.Select(c => $"{child}.{PostgresIdentifier.Quote(c)} IS NOT NULL"));

    // The cast keeps PostgreSQL from comparing column by column, which it does for two bare ROW()s.
    private static string Row(string alias, IEnumerable<string> columns) => $"ROW({List(columns.Select(c => $"{alias}.{c}"))})::record";

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}

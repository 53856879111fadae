using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Files;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// The statements that take staged files into a Snowflake table: COPY into a table of texts, a look for texts the target cannot keep
/// exactly, a table of the others as typed rows, and one MERGE (or INSERT) of those. Names are quoted; texts from outside are literals.
/// </summary>
internal sealed class ApplySql
{
    // An unquoted empty field is NULL, a quoted one the empty text.
    private const string CsvFormat = "FILE_FORMAT = (TYPE = CSV COMPRESSION = GZIP FIELD_OPTIONALLY_ENCLOSED_BY = '\"' ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE "
        + "NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE TRIM_SPACE = FALSE ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE ENCODING = 'UTF8')";

    // All columns are texts, under the names of the table's.
    private const string ParquetFormat = "FILE_FORMAT = (TYPE = PARQUET NULL_IF = () TRIM_SPACE = FALSE BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE) MATCH_BY_COLUMN_NAME = CASE_SENSITIVE";

    private readonly OutboundPlan _plan;
    private readonly string _format;
    private readonly string _target;
    private readonly string _stage;
    private readonly string _rows;
    private readonly string[] _written;
    private readonly string _isRefused;

    /// <param name="plan">How the tables fit together.</param>
    /// <param name="format">What the staged files are.</param>
    /// <param name="stage">Quoted name of the table of texts.</param>
    /// <param name="rows">Quoted name of the table of typed rows.</param>
    public ApplySql(OutboundPlan plan, StageFileFormat format, string stage, string rows)
    {
        _plan = plan;
        _format = format == StageFileFormat.Parquet ? ParquetFormat : CsvFormat;
        _stage = stage;
        _rows = rows;
        _target = plan.Target.Name.ToSql();
        _written = [.. plan.Columns.Select(column => column.Name)];
        var refusals = plan.Columns.Select(column => column.Refuses(column.Name)).OfType<string>().Concat(MissingKeys()).ToList();
        _isRefused = refusals.Count == 0 ? "FALSE" : string.Join(" OR ", refusals);
        Refused = BuildRefused();
        Foresee = BuildForesee();
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

    /// <summary>Makes the table of texts, empty: a column for each that travels.</summary>
    /// <param name="kind">TRANSIENT, or TEMPORARY for a dry run, which leaves nothing.</param>
    public string CreateStage(string kind) => $"CREATE OR REPLACE {kind} TABLE {_stage} ({List(_written.Select(name => $"{name} VARCHAR"))})";

    /// <summary>Drops both tables.</summary>
    public IReadOnlyList<string> Drop => [$"DROP TABLE IF EXISTS {_stage}", $"DROP TABLE IF EXISTS {_rows}"];

    /// <summary>Adds rows to the table of texts, a question mark for each column.</summary>
    public string InsertStaged => $"INSERT INTO {_stage} ({List(_written)}) VALUES ({List(_written.Select(_ => "?"))})";

    /// <summary>Loads files into the table of texts, all or nothing.</summary>
    public string CopyInto(string location, IEnumerable<StagedFile> files) =>
        $"COPY INTO {_stage} FROM {location} FILES = ({List(files.Select(file => SnowflakeLiteral.Text(file.Name)))}) {_format} ON_ERROR = ABORT_STATEMENT FORCE = TRUE";

    /// <summary>Makes the table of typed rows from those that can be kept, one per key.</summary>
    /// <param name="kind">As for <see cref="CreateStage"/>.</param>
    public string CreateRows(string kind) => $"CREATE OR REPLACE {kind} TABLE {_rows} AS {Typed()}";

    /// <summary>
    /// Makes the table of typed rows from all of them, each text converted once: right if <see cref="CountStaged"/> and <see cref="CountTyped"/>
    /// say so. Null where a key may come twice, and where a text that is a value of another kind breaks the statement (OBJECT, ARRAY).
    /// </summary>
    /// <param name="kind">As for <see cref="CreateStage"/>.</param>
    public string? CreateAllRows(string kind) => _plan.IsKeyUnique && !_plan.Columns.Any(column => column.Target.Type.Kind is SnowflakeTypeKind.Object or SnowflakeTypeKind.Array)
        ? $"CREATE OR REPLACE {kind} TABLE {_rows} AS SELECT {Fields()} FROM {_stage}"
        : null;

    /// <summary>One row: how many texts there are in columns that are converted, and how many rows are refused for another reason than a text that is no value.</summary>
    public string CountStaged
    {
        get
        {
            var besides = _plan.Columns.Select(column => column.RefusesBesides(column.Name)).OfType<string>().Concat(MissingKeys()).ToList();
            return $"SELECT {Converted()}, {(besides.Count == 0 ? "0" : $"COUNT_IF({string.Join(" OR ", besides)})")} FROM {_stage}";
        }
    }

    /// <summary>How many values there are in the same columns of the typed rows; as many as texts, if each text is a value.</summary>
    public string CountTyped => $"SELECT {Converted()} FROM {_rows}";

    /// <summary>The staged texts of the key columns.</summary>
    public string Keys => $"SELECT {List(_plan.KeyColumns.Select(column => column.Name))} FROM {_stage}";

    /// <summary>Rows that cannot be kept: the position of the first column at fault, then the staged texts.</summary>
    public string Refused { get; }

    /// <summary>One row of four: typed rows, and how many of them are new, changed and the same in the target as it is now.</summary>
    public string Foresee { get; }

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

    private IEnumerable<string> MissingKeys() => _plan.KeyColumns.Where(column => column.Target.Nullable).Select(column => $"{column.Name} IS NULL");

    private string Fields() => List(_plan.Columns.Select(column => $"{column.Convert(column.Name)} AS {column.Name}"));

    private string Converted() => string.Join(" + ", _plan.Columns.Where(column => column.IsConverted).Select(column => $"COUNT({column.Name})").DefaultIfEmpty("0"));

    private string Typed()
    {
        var rows = $"SELECT {Fields()} FROM {_stage} WHERE NOT ({_isRefused})";
        if (_plan.IsKeyUnique) return rows;
        // All versions come from one statement at the source; which of two equal keys wins cannot be told from order there either.
        var key = List(_plan.KeyColumns.Select(column => column.Name));
        return $"SELECT {List(_written)} FROM (SELECT {List(_written)}, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {List(_written.Select(name => name + " DESC"))}) AS ETL_VERSION FROM ({rows})) WHERE ETL_VERSION = 1";
    }

    private string BuildRefused()
    {
        var cases = _plan.Columns
            .Select((column, position) => (Condition: Any(column.Refuses(column.Name), _plan.Key.Contains(position) ? $"{column.Name} IS NULL" : null), position))
            .Where(entry => entry.Condition is not null)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"WHEN {entry.Condition} THEN {entry.position}")).ToList();
        return cases.Count == 0
            ? ""
            : $"SELECT TO_VARCHAR(CASE {string.Join(' ', cases)} END), {List(_written)} FROM {_stage} WHERE {_isRefused}";
    }

    private string BuildForesee() =>
        $"SELECT COUNT(*), COUNT_IF(t.ETL_FOUND IS NULL), COUNT_IF(t.ETL_FOUND AND ({Differs})), COUNT_IF(t.ETL_FOUND AND NOT ({Differs})) "
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

    private static string? Any(string? one, string? other) => one is null ? other : other is null ? one : $"{one} OR {other}";

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}

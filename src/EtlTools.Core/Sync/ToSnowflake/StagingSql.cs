using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Files;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// The statements that make typed rows of staged files. There are two ways. <see cref="Typed"/>: COPY INTO converts, and refuses a file with a
/// value the target cannot keep exactly; that is all it can say of it. <see cref="Texts"/>: COPY INTO a table of texts, a look for those the
/// target cannot keep exactly, and a table of the others as typed rows. Names are quoted; texts from outside are literals.
/// </summary>
internal sealed class StagingSql
{
    // An unquoted empty field is NULL, a quoted one the empty text.
    private const string CsvFormat = "FILE_FORMAT = (TYPE = CSV COMPRESSION = GZIP FIELD_OPTIONALLY_ENCLOSED_BY = '\"' ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE "
        + "NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE TRIM_SPACE = FALSE ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE ENCODING = 'UTF8')";

    // All columns are texts, under the names of the table's.
    private const string ParquetFormat = "FILE_FORMAT = (TYPE = PARQUET NULL_IF = () TRIM_SPACE = FALSE BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE) MATCH_BY_COLUMN_NAME = CASE_SENSITIVE";

    private readonly OutboundPlan _plan;
    private readonly string _format;
    private readonly string _stage;
    private readonly string _rows;
    private readonly IReadOnlyList<string> _written;
    private readonly HashSet<OutboundColumn> _typed;
    private readonly bool _isSure;

    private StagingSql(OutboundPlan plan, StageFileFormat format, StagingTables tables, IEnumerable<OutboundColumn> typed, bool isSure)
    {
        _plan = plan;
        _format = format == StageFileFormat.Parquet ? ParquetFormat : CsvFormat;
        _stage = tables.Stage;
        _written = [.. plan.Columns.Select(column => column.Name)];
        _typed = [.. typed];
        _isSure = isSure;
        IsCounted = isSure && _typed.Count < plan.Columns.Count;
        // With nothing left to convert, and no second version of a key to leave out, the staged rows are the typed ones.
        _rows = isSure && !IsCounted && plan.IsKeyUnique ? tables.Stage : tables.Rows;
        Apply = new ApplySql(plan, _rows);
    }

    /// <summary>Statements that can put single rows aside.</summary>
    /// <param name="plan">How the tables fit together.</param>
    /// <param name="format">What the staged files are.</param>
    /// <param name="tables">Where the rows are staged.</param>
    public static StagingSql Texts(OutboundPlan plan, StageFileFormat format, StagingTables tables) => new(plan, format, tables, [], isSure: false);

    /// <summary>
    /// Statements that convert each value once, and are right only for rows of which none is refused. Null where that cannot be told:
    /// where a key may come twice, or a text that is a value of another kind breaks the statement (OBJECT, ARRAY), unless COPY INTO converts all.
    /// </summary>
    /// <inheritdoc cref="Texts"/>
    public static StagingSql? Typed(OutboundPlan plan, StageFileFormat format, StagingTables tables)
    {
        var typed = plan.Columns.Where((column, position) => column.MayArriveTyped && (!plan.Key.Contains(position) || column.KeepsItsText)).ToList();
        var tells = typed.Count == plan.Columns.Count || (plan.IsKeyUnique && !plan.Columns.Any(column => column.Target.Type.Kind is SnowflakeTypeKind.Object or SnowflakeTypeKind.Array));
        return tells ? new StagingSql(plan, format, tables, typed, isSure: true) : null;
    }

    /// <summary>The statements that take the typed rows into the target.</summary>
    public ApplySql Apply { get; }

    /// <summary>Whether <see cref="CountStaged"/> and <see cref="CountTyped"/> have to say if no row is refused.</summary>
    public bool IsCounted { get; }

    /// <summary>Makes the staging table, empty: a column for each that travels, text unless COPY INTO is to convert it.</summary>
    /// <param name="kind">TRANSIENT, or TEMPORARY for a dry run, which leaves nothing.</param>
    public string CreateStage(string kind) => $"CREATE OR REPLACE {kind} TABLE {_stage} ({List(_plan.Columns.Select(Declare))})";

    /// <summary>Drops both tables.</summary>
    public IReadOnlyList<string> Drop => [.. new[] { _stage, _rows }.Distinct().Select(table => $"DROP TABLE IF EXISTS {table}")];

    /// <summary>Adds rows to the staging table, a question mark for each column.</summary>
    public string InsertStaged => $"INSERT INTO {_stage} ({List(_written)}) VALUES ({List(_written.Select(_ => "?"))})";

    /// <summary>Loads files into the staging table, all or nothing.</summary>
    public string CopyInto(string location, IEnumerable<StagedFile> files) =>
        $"COPY INTO {_stage} FROM {location} FILES = ({List(files.Select(file => SnowflakeLiteral.Text(file.Name)))}) {_format} ON_ERROR = ABORT_STATEMENT FORCE = TRUE";

    /// <summary>Makes the table of typed rows from those that can be kept, one per key; null when the staged rows are that already.</summary>
    /// <param name="kind">As for <see cref="CreateStage"/>.</param>
    public string? CreateRows(string kind)
    {
        if (_rows == _stage) return null;
        var rows = $"SELECT {List(_plan.Columns.Select(Field))} FROM {_stage}{(_isSure ? "" : $" WHERE NOT ({IsRefused})")}";
        return $"CREATE OR REPLACE {kind} TABLE {_rows} AS {(_plan.IsKeyUnique ? rows : Newest(rows))}";
    }

    /// <summary>One row: how many texts there are in columns that are converted, and how many rows are refused for another reason than a text that is no value.</summary>
    public string CountStaged
    {
        get
        {
            var besides = Unsure.Select(entry => entry.Column.RefusesBesides(entry.Column.Name)).OfType<string>().Concat(MissingKeys()).ToList();
            return $"SELECT {Converted()}, {(besides.Count == 0 ? "0" : $"COUNT_IF({string.Join(" OR ", besides)})")} FROM {_stage}";
        }
    }

    /// <summary>How many values there are in the same columns of the typed rows; as many as texts, if each text is a value.</summary>
    public string CountTyped => $"SELECT {Converted()} FROM {_rows}";

    /// <summary>The key columns as the texts that travelled.</summary>
    public string Keys => $"SELECT {List(_plan.KeyColumns.Select(column => _typed.Contains(column) && column.Target.Type.Kind != SnowflakeTypeKind.Text ? $"TO_VARCHAR({column.Name})" : column.Name))} FROM {_stage}";

    /// <summary>Rows that cannot be kept: the position of the first column at fault, then the staged texts. Empty when every text can be kept.</summary>
    public string Refused
    {
        get
        {
            var cases = Unsure
                .Select(entry => (Condition: Any(entry.Column.Refuses(entry.Column.Name), _plan.Key.Contains(entry.Position) ? $"{entry.Column.Name} IS NULL" : null), entry.Position))
                .Where(entry => entry.Condition is not null)
                .Select(entry => string.Create(CultureInfo.InvariantCulture, $"WHEN {entry.Condition} THEN {entry.Position}")).ToList();
            return cases.Count == 0 ? "" : $"SELECT TO_VARCHAR(CASE {string.Join(' ', cases)} END), {List(_written)} FROM {_stage} WHERE {IsRefused}";
        }
    }

    private string IsRefused
    {
        get
        {
            var refusals = Unsure.Select(entry => entry.Column.Refuses(entry.Column.Name)).OfType<string>().Concat(MissingKeys()).ToList();
            return refusals.Count == 0 ? "FALSE" : string.Join(" OR ", refusals);
        }
    }

    private IEnumerable<(OutboundColumn Column, int Position)> Unsure => _plan.Columns.Select((column, position) => (column, position)).Where(entry => !_typed.Contains(entry.column));

    private IEnumerable<string> MissingKeys() => _plan.KeyColumns.Where(column => column.Target.Nullable && !_typed.Contains(column)).Select(column => $"{column.Name} IS NULL");

    // NULL where the target takes none, or in a key, is refused with the rest.
    private string Declare(OutboundColumn column)
    {
        if (!_typed.Contains(column)) return $"{column.Name} VARCHAR";
        return $"{column.Name} {column.Target.Type.ToSql()}{(column.Target.Nullable && !_plan.KeyColumns.Contains(column) ? "" : " NOT NULL")}";
    }

    private string Field(OutboundColumn column) => _typed.Contains(column) ? column.Name : $"{column.Convert(column.Name)} AS {column.Name}";

    private string Converted() => string.Join(" + ", Unsure.Where(entry => entry.Column.IsConverted).Select(entry => $"COUNT({entry.Column.Name})").DefaultIfEmpty("0"));

    // All versions come from one statement at the source; which of two equal keys wins cannot be told from order there either.
    private string Newest(string rows)
    {
        var key = List(_plan.KeyColumns.Select(column => column.Name));
        return $"SELECT {List(_written)} FROM (SELECT {List(_written)}, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {List(_written.Select(name => name + " DESC"))}) AS ETL_VERSION FROM ({rows})) WHERE ETL_VERSION = 1";
    }

    private static string? Any(string? one, string? other) => one is null ? other : other is null ? one : $"{one} OR {other}";

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}
